import type { Preset } from "../preset.ts";
import type { HttpBotSettings } from "../settings.ts";
import { dify } from "./dify.ts";
import { evolutionBot } from "./evolution-bot.ts";
import { flowise } from "./flowise.ts";
import { n8n } from "./n8n.ts";
import { ponte } from "./ponte.ts";
import { typebot } from "./typebot.ts";

/** Every preset by its name. */
export const PRESETS: Readonly<Record<HttpBotSettings["preset"], Preset>> = {
  ponte,
  dify,
  flowise,
  n8n,
  typebot,
  "evolution-bot": evolutionBot,
};
