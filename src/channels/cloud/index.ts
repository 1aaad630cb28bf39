import { defineChannel } from "../channel.ts";
import { hintFor } from "../whatsapp/refusals/hints.ts";
import { createInspections } from "./inspections.ts";
import { createMediaSource } from "./media.ts";
import { createProbe } from "./probe.ts";
import { createReceive, readGenuine } from "./receive.ts";
import { createRegistration } from "./registration.ts";
import { createRender } from "./render.ts";
import { createAcknowledge, createInterpret, createPrepare } from "./send.ts";
import { cloudSettings, VARIABLES } from "./settings.ts";
import { createTemplates } from "./templates.ts";
import { TEXT_BODY } from "../whatsapp/limits.ts";
import { WINDOW_MS } from "../whatsapp/window.ts";

/** Bytes of the largest webhook body. Source: Cloud API reference, webhooks overview. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** Meta's WhatsApp Cloud API. */
export const cloud = defineChannel({
  type: "cloud",
  defaultName: "whatsapp",
  variables: VARIABLES,
  settings: cloudSettings,
  hint: hintFor,
  create: (settings) => {
    const secrets = [settings.access_token, ...settings.verify_tokens, ...settings.app_secrets];
    return {
      accounts: settings.phone_number_ids,
      delivery: "push",
      receive: createReceive(settings),
      reread: (rawBody) => readGenuine(rawBody, settings),
      render: createRender(settings),
      prepare: createPrepare(settings),
      interpret: createInterpret(secrets),
      acknowledge: createAcknowledge(settings),
      media: createMediaSource(settings, secrets),
      probe: createProbe(settings, secrets),
      inspections: createInspections(settings, secrets),
      registration: createRegistration(settings, secrets),
      templates: createTemplates(settings, secrets),
      reconciliation: "echo",
      limits: {
        accountPerSecond: settings.messages_per_second,
        pair: { burst: settings.pair_burst, refillMs: settings.pair_refill_ms },
      },
      windowMs: WINDOW_MS,
      maxBodyBytes: MAX_BODY_BYTES,
      maxTextLength: TEXT_BODY,
      endpoints: [settings.graph_url],
      secrets,
    };
  },
});
