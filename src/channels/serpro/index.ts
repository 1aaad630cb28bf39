import { randomUUID } from "node:crypto";
import { defineChannel } from "../channel.ts";
import { hintFor } from "../whatsapp/refusals/hints.ts";
import { createMedia } from "./media.ts";
import { createProbe } from "./probe.ts";
import { createReceive, createRecognises, readGenuine } from "./receive.ts";
import { createRegistration } from "./registration.ts";
import { createRender } from "./render.ts";
import { createAcknowledge, createInterpret, createPrepare, withoutFileName } from "./send.ts";
import { serproSettings, VARIABLES } from "./settings.ts";
import { createTemplates } from "./templates.ts";
import { createTokenKeeper } from "./token.ts";
import { TEXT_BODY } from "../whatsapp/limits.ts";
import { WINDOW_MS } from "../whatsapp/window.ts";

/** Bytes of the largest webhook body: Meta's, which the provider relays. Source: Cloud API reference, webhooks overview. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** Serpro's WhatsApp API: the Cloud API behind a relay of the Brazilian government, in words of its own. */
export const serpro = defineChannel({
  type: "serpro",
  defaultName: "serpro",
  variables: VARIABLES,
  settings: serproSettings,
  hint: hintFor,
  create: (settings) => {
    const secrets = [settings.client_secret, ...settings.webhook_tokens];
    const tokens = createTokenKeeper(settings);
    const secretsNow = () => [...secrets, ...tokens.seen()];
    return {
      accounts: [settings.phone_number_id],
      delivery: "push",
      // Known integrations shared one address between Meta's and Serpro's webhooks.
      visits: { names: ["whatsapp"], recognises: createRecognises(settings) },
      receive: createReceive(settings),
      reread: (rawBody) => readGenuine(rawBody, settings),
      render: createRender(settings),
      prepare: createPrepare(settings),
      interpret: createInterpret(secretsNow, randomUUID),
      acknowledge: createAcknowledge(settings),
      authorize: tokens.authorize,
      degrade: withoutFileName,
      reconciliation: "none",
      media: createMedia(settings, secretsNow),
      probe: createProbe(settings, secretsNow),
      registration: createRegistration(settings, secretsNow),
      templates: createTemplates(settings, secretsNow),
      limits: {
        accountPerSecond: settings.messages_per_second,
        pair: { burst: settings.pair_burst, refillMs: settings.pair_refill_ms },
      },
      windowMs: WINDOW_MS,
      maxBodyBytes: MAX_BODY_BYTES,
      maxTextLength: TEXT_BODY,
      endpoints: [settings.base_url],
      secrets,
    };
  },
});
