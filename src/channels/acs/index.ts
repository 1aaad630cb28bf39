import { type Channel, defineChannel } from "../channel.ts";
import { createGridAuthenticate } from "../azure/authenticate.ts";
import { createGridRegistration } from "../azure/registration.ts";
import { azureEndpoints, azureSecrets, resourceOf } from "../azure/settings.ts";
import { createAzureToken } from "../azure/token.ts";
import { hintFor } from "../whatsapp/refusals/hints.ts";
import { createAuthorize, createExchange } from "./call.ts";
import { createReceive, createRecognises, readGenuine } from "./receive.ts";
import { createRender, degrade } from "./render.ts";
import { createInterpret, createMedia, createPrepare, createProbe } from "./send.ts";
import { ACS_VARIABLES, type AcsSettings, acsSettings, CONNECT_VARIABLES } from "./settings.ts";
import { createTemplates } from "./templates.ts";
import { TEXT_BODY } from "../whatsapp/limits.ts";
import { WINDOW_MS } from "../whatsapp/window.ts";

/** Bytes of a webhook body: batches stay near one megabyte. Source: Event Grid documentation, output batching. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** What Event Grid is to bring. */
const GRID_SUBSCRIPTION = {
  name: "ponte-whatsapp",
  eventTypes: [
    "Microsoft.Communication.AdvancedMessageReceived",
    "Microsoft.Communication.AdvancedMessageDeliveryStatusUpdated",
  ],
} as const;

/** The name under which the first registration is configured. */
const FIRST_NAME = "acs";

/** WhatsApp through Azure Communication Services, its events through Event Grid. */
export const acs = defineChannel({
  type: FIRST_NAME,
  defaultName: FIRST_NAME,
  variables: ACS_VARIABLES,
  settings: acsSettings,
  hint: hintFor,
  create: (settings) => createChannel(settings, true),
});

/**
 * A second WhatsApp registration of the same resource, with its own switch. All events of a resource may come in one
 * subscription, so it also reads what arrives at the first one's address.
 */
export const acsConnect = defineChannel({
  type: "acs-connect",
  defaultName: "acs-connect",
  variables: CONNECT_VARIABLES,
  settings: acsSettings,
  hint: hintFor,
  create: (settings) => {
    const visits = { names: [FIRST_NAME], recognises: createRecognises(settings.channel_ids) };
    return { ...createChannel(settings, false), visits };
  },
});

function createChannel(settings: AcsSettings, takesUnnamed: boolean): Channel {
  const resource = resourceOf(settings);
  // The rules of the settings leave no other case.
  if (resource === undefined) throw new Error("the settings name no resource");
  const secrets = azureSecrets(settings);
  const calls = { ...settings, endpoint: resource.endpoint };
  const ours = { ...settings, takesUnnamed };
  const authenticate = createGridAuthenticate(settings);
  return {
    accounts: settings.channel_ids,
    delivery: "push",
    webhookMethods: ["POST", "OPTIONS"],
    ...(authenticate !== undefined && { authenticate }),
    receive: createReceive(settings, ours),
    reread: (rawBody) => readGenuine(rawBody, ours),
    render: createRender(settings),
    prepare: createPrepare(calls),
    interpret: createInterpret(secrets),
    authorize: createAuthorize(resource, createAzureToken(settings.client_id)),
    exchange: createExchange(resource),
    degrade,
    reconciliation: "repeat",
    typedChoices: true,
    media: createMedia(calls),
    probe: createProbe(calls, secrets),
    registration: createGridRegistration(settings, GRID_SUBSCRIPTION),
    templates: createTemplates(calls, settings.channel_ids, secrets),
    limits: {
      accountPerSecond: settings.messages_per_second,
      pair: { burst: settings.pair_burst, refillMs: settings.pair_refill_ms },
    },
    windowMs: WINDOW_MS,
    maxBodyBytes: MAX_BODY_BYTES,
    maxTextLength: TEXT_BODY,
    endpoints: azureEndpoints(settings),
    secrets,
  };
}
