import { app } from "@azure/functions";
import { serveEvent } from "../adapter.ts";
import { open } from "../bridge.ts";

/** The channel whose events the subscription brings; those of `sms` and `acs-connect` are found among them. */
const CHANNEL = "acs";

// Takes events of Azure Communication Services where the subscription's endpoint is this function instead of a webhook.
app.eventGrid("acsEvents", { handler: (event) => serveEvent(open, CHANNEL, event) });
