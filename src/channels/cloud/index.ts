import { defineChannel } from "../channel.ts";
import { hintFor } from "../whatsapp/refusals/hints.ts";
import { createMediaSource } from "./media.ts";
import { createProbe } from "./probe.ts";
import { createReceive, readGenuine } from "./receive.ts";
import { createRender } from "./render.ts";
import { createAcknowledge, createInterpret, createPrepare } from "./send.ts";
import { cloudSettings, VARIABLES } from "./settings.ts";

/** Bytes of the largest webhook body. Source: Cloud API reference, webhooks overview. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** Characters of a text message. Source: Cloud API reference, text messages. */
const MAX_TEXT_LENGTH = 4096;

/** The customer-service window in milliseconds. Source: Cloud API reference, send messages. */
const WINDOW_MS = 24 * 60 * 60 * 1000;

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
      reconciliation: "echo",
      limits: {
        accountPerSecond: settings.messages_per_second,
        pair: { burst: settings.pair_burst, refillMs: settings.pair_refill_ms },
      },
      windowMs: WINDOW_MS,
      maxBodyBytes: MAX_BODY_BYTES,
      maxTextLength: MAX_TEXT_LENGTH,
      endpoints: [settings.graph_url],
      secrets,
    };
  },
});
