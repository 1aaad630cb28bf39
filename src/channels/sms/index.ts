import { createGridAuthenticate } from "../azure/authenticate.ts";
import { createHmacSigner } from "../azure/hmac.ts";
import { createGridRegistration } from "../azure/registration.ts";
import { azureEndpoints, azureSecrets, resourceOf } from "../azure/settings.ts";
import { createAzureToken } from "../azure/token.ts";
import { type Channel, defineChannel } from "../channel.ts";
import { hintFor } from "./hints.ts";
import { MESSAGE_TEXT, UCS_SEGMENTS } from "./limits.ts";
import { createReceive, createVisits, readGenuine } from "./receive.ts";
import { createRender } from "./render.ts";
import { createAnnounceOptOut, createPrepare } from "./requests.ts";
import { createInterpret, createProbe } from "./send.ts";
import { smsSettings, type SmsSettings, VARIABLES } from "./settings.ts";

/** Bytes of a webhook body: a batch is below one megabyte. Source: Event Grid documentation, output batching. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** What Event Grid is to bring. */
const GRID_SUBSCRIPTION = {
  name: "ponte-sms",
  eventTypes: [
    "Microsoft.Communication.SMSReceived",
    "Microsoft.Communication.SMSDeliveryReportReceived",
  ],
} as const;

/** Text messages of Azure Communication Services, a Messaging Connect partner's numbers among them. */
export const sms = defineChannel({
  type: "sms",
  defaultName: "sms",
  variables: VARIABLES,
  settings: smsSettings,
  hint: hintFor,
  create: (settings) => {
    const { messaging_connect_key: key, max_segments: maxSegments } = settings;
    const secrets = [...azureSecrets(settings), ...(key === undefined ? [] : [key])];
    const authenticate = createGridAuthenticate(settings);
    return {
      accounts: settings.senders,
      delivery: "push",
      webhookMethods: ["POST", "OPTIONS"],
      ...(authenticate !== undefined && { authenticate }),
      visits: createVisits(settings),
      receive: createReceive(settings),
      reread: (rawBody) => readGenuine(rawBody, settings),
      render: createRender(settings),
      prepare: createPrepare(settings),
      interpret: createInterpret(secrets),
      authorize: createAuthorize(settings),
      reconciliation: "repeat",
      typedChoices: true,
      announceOptOut: createAnnounceOptOut(settings),
      probe: createProbe(settings, secrets),
      registration: createGridRegistration(settings, GRID_SUBSCRIPTION),
      limits: {
        accountPerSecond: settings.messages_per_second,
        pair: { burst: settings.pair_burst, refillMs: settings.pair_refill_ms },
      },
      maxBodyBytes: MAX_BODY_BYTES,
      maxTextLength:
        maxSegments === undefined
          ? MESSAGE_TEXT
          : Math.min(MESSAGE_TEXT, maxSegments * UCS_SEGMENTS.each),
      endpoints: azureEndpoints(settings),
      secrets,
    };
  },
});

/** Signs with the access key where there is one, at every try anew; else brings a managed identity's token. */
function createAuthorize(settings: SmsSettings): NonNullable<Channel["authorize"]> {
  const { accessKey } = resourceOf(settings) ?? {};
  if (accessKey === undefined) {
    const token = createAzureToken(settings.client_id);
    return (_request, tools, refused) => token(tools, refused);
  }
  const sign = createHmacSigner(accessKey);
  return (request, { now }) => Promise.resolve(sign(request, now));
}
