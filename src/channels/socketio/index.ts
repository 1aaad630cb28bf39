import { BridgeError } from "../../errors.ts";
import { defineChannel } from "../channel.ts";
import { admits, receiveSocket, SOCKET_ACCOUNT } from "./receive.ts";
import { renderSocket } from "./render.ts";
import { socketSettings, VARIABLES } from "./settings.ts";

/** Bytes of one event; people type far less, and the limit keeps an open door narrow. */
const MAX_BODY_BYTES = 100 * 1024;

/** Each text of a turn stays a message of its own, as a Rasa client expects: consecutive ones are never merged. */
const NO_MERGING = 0;

function nothingIsSent(): never {
  throw new BridgeError("channel_invalid_payload", "web clients collect their answers");
}

/** Chat widgets in the shape of Rasa's Socket.IO channel: they hold a connection over which answers come. */
export const socketio = defineChannel({
  type: "socketio",
  defaultName: "socketio",
  variables: VARIABLES,
  settings: socketSettings,
  create: (settings) => {
    const isAdmitted = admits(settings.token);
    return {
      accounts: [SOCKET_ACCOUNT],
      delivery: "collect",
      receive: receiveSocket(isAdmitted),
      reread: () => ({ kind: "quarantine", reason: "nobody waits for the answer any more" }),
      render: renderSocket,
      prepare: nothingIsSent,
      interpret: nothingIsSent,
      reconciliation: "none",
      web: {
        protocol: "socketio",
        allowedOrigins: settings.allowed_origins,
        waitMs: settings.wait_ms,
        perMinute: {
          sender: settings.requests_per_minute,
          address: settings.requests_per_minute_address,
        },
        events: { user: settings.user_message_evt, bot: settings.bot_message_evt },
        persistsSessions: settings.session_persistence,
        admits: isAdmitted,
      },
      maxBodyBytes: MAX_BODY_BYTES,
      maxTextLength: NO_MERGING,
      endpoints: [],
      secrets: settings.token === undefined ? [] : [settings.token],
    };
  },
});
