import { BridgeError } from "../../errors.ts";
import { defineChannel } from "../channel.ts";
import { receiveRest, REST_ACCOUNT } from "./receive.ts";
import { renderRest } from "./render.ts";
import { restSettings, restVariables } from "./settings.ts";

/** Bytes of a request. Source: Rasa's drop-in clients send far less; the limit keeps an open door narrow. */
const MAX_BODY_BYTES = 100 * 1024;

/** Each text of a turn stays an item of its own, as a Rasa client expects: consecutive ones are never merged. */
const NO_MERGING = 0;

function nothingIsSent(): never {
  throw new BridgeError("channel_invalid_payload", "web clients collect their answers");
}

/** Web clients in the shape of Rasa's REST channel: the request waits, and the answer is collected from the rows. */
export const rest = defineChannel({
  type: "rest",
  defaultName: "rest",
  variables: restVariables,
  settings: restSettings,
  create: (settings) => ({
    accounts: [REST_ACCOUNT],
    delivery: "collect",
    receive: receiveRest(settings.token),
    reread: () => ({ kind: "quarantine", reason: "nobody waits for the answer any more" }),
    render: renderRest(settings.split_text),
    prepare: nothingIsSent,
    interpret: nothingIsSent,
    reconciliation: "none",
    web: {
      protocol: "http",
      allowedOrigins: settings.allowed_origins,
      waitMs: settings.wait_ms,
      perMinute: {
        sender: settings.requests_per_minute,
        address: settings.requests_per_minute_address,
      },
    },
    maxBodyBytes: MAX_BODY_BYTES,
    maxTextLength: NO_MERGING,
    endpoints: [],
    secrets: settings.token === undefined ? [] : [settings.token],
  }),
});
