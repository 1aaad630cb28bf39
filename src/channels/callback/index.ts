import { BridgeError } from "../../errors.ts";
import { defineChannel } from "../channel.ts";
import { readCallback, receiveCallback } from "./receive.ts";
import { callbackSettings, VARIABLES } from "./settings.ts";

/** Bytes of a call; what a bot says at once is far shorter. */
const MAX_BODY_BYTES = 1024 * 1024;

function nothingIsSent(): never {
  throw new BridgeError("channel_invalid_payload", "a bot is told nothing through its callback");
}

/**
 * Where a bot says something without having been asked: reminders, events from outside, and every answer of a Rasa that
 * is asked through its callback channel. What it says goes to the conversation it names, on that conversation's channel.
 */
export const callback = defineChannel({
  type: "callback",
  defaultName: "callback",
  variables: VARIABLES,
  settings: callbackSettings,
  create: (settings) => ({
    accounts: [],
    delivery: "none",
    webhookMethods: ["POST"],
    receive: receiveCallback(settings),
    reread: readCallback,
    render: nothingIsSent,
    prepare: nothingIsSent,
    interpret: nothingIsSent,
    reconciliation: "none",
    maxBodyBytes: MAX_BODY_BYTES,
    maxTextLength: 0,
    endpoints: [],
    secrets: settings.secrets,
  }),
});
