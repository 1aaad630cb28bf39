import type {
  RegisteredWebhook,
  WebhookDesk,
  WebhookRegistration,
} from "../../channels/webhook-registration.ts";
import type { Config } from "../../config.ts";
import type { ConfiguredChannel } from "../../config/modules.ts";
import type { CallTools } from "../../flow/call.ts";
import { readDesk } from "../../flow/webhook-desk.ts";
import { createHttp } from "../../http/client.ts";
import { createMemoryCache } from "../../cache/memory.ts";
import type { CliContext } from "../context.ts";
import { CliError, EXIT } from "../failure.ts";
import { servedAt } from "./address.ts";

/** A channel whose registration is looked at or changed. */
export interface Opened {
  readonly configured: ConfiguredChannel;
  readonly registration: WebhookRegistration;
  readonly tools: CallTools;
  /** Where the channel is served; throws where no public address is known. */
  readonly served: () => string;
  /** The address to register; it may hold a secret. */
  readonly wanted: () => string;
  readonly hasAddress: boolean;
  readonly close: () => void;
}

/** One place at the provider with what is registered there. */
export interface Place {
  readonly desk: WebhookDesk;
  readonly found: readonly RegisteredWebhook[];
}

interface Given {
  readonly channel?: string | undefined;
  readonly to?: string | undefined;
}

/** Finds the channel that is meant and what is needed to ask its provider. */
export function openDesks({ readConfig }: CliContext, { channel: name, to }: Given): Opened {
  const { config } = readConfig();
  const configured = chooseChannel(config, name);
  const { registration } = configured.channel;
  if (registration === undefined) throw withoutWebhook(configured.name);
  const base = (to ?? config.server.publicUrl)?.replace(/\/+$/, "");
  const client = createHttp();
  const { http, stream } = client;
  const served = () => {
    if (base === undefined) throw withoutAddress();
    if (!URL.canParse(base)) throw new CliError(`${base} is no address`, { code: EXIT.usage });
    // A whole address of a webhook is taken as it is; a base gets the path of the channel.
    return base.includes("/webhooks/") ? base : servedAt(base, configured.name);
  };
  return {
    configured,
    registration,
    tools: { http, stream, cache: createMemoryCache(), now: () => new Date() },
    served,
    wanted: () => registration.address(served()),
    hasAddress: base !== undefined,
    close: client.close,
  };
}

const withoutWebhook = (name: string): CliError =>
  new CliError(`no provider calls the channel ${name}`, {
    code: EXIT.usage,
    advice: "its clients call the bridge themselves: there is nothing to register",
  });

const withoutAddress = (): CliError =>
  new CliError("the public address of this bridge is not known", {
    code: EXIT.usage,
    advice: "set PUBLIC_URL, or give --to https://bot.example.org",
  });

function chooseChannel({ channels }: Config, name: string | undefined): ConfiguredChannel {
  const able = [...channels.values()].filter(({ channel }) => channel.registration !== undefined);
  const names = able.map((one) => one.name).join(", ");
  if (name !== undefined) {
    const named = channels.get(name);
    if (named !== undefined) return named;
    throw new CliError(`no channel is called ${name}`, {
      code: EXIT.usage,
      advice: names === "" ? "`ponte init` sets one up" : `there is: ${names}`,
    });
  }
  const [one] = able;
  if (one === undefined)
    throw new CliError("no channel of a provider is configured", {
      code: EXIT.usage,
      advice: "`ponte init --provider cloud` sets one up",
    });
  if (able.length === 1) return one;
  throw new CliError("several channels have webhooks", {
    code: EXIT.usage,
    advice: `name one by --channel: ${names}`,
  });
}

/** Reads what is registered, everywhere at the provider. Throws where it cannot be asked. */
export async function readPlaces(
  { configured, registration, tools, wanted, hasAddress }: Opened,
  appId: string | undefined,
): Promise<readonly Place[]> {
  if (registration.byHand !== undefined)
    throw byHand(registration.byHand, hasAddress ? wanted() : undefined);
  const desks = registration.desks({ appId });
  if (desks.length === 0)
    throw new CliError("the provider cannot be asked: neither app nor business account is known", {
      code: EXIT.usage,
      advice: "set WHATSAPP_BUSINESS_ACCOUNT_ID and WHATSAPP_APP_SECRET, and give --app-id",
    });
  return Promise.all(
    desks.map(async (desk) => ({ desk, found: await readDesk(configured.channel, desk, tools) })),
  );
}

/** Where only an operator can do it: with what to type. */
function byHand(command: (url: string) => string, url: string | undefined): CliError {
  const address = url ?? "https://<your address>/webhooks/<channel>/webhook";
  return new CliError(
    "Event Grid's subscriptions are made with Azure's own command; while the bridge runs, type:",
    { code: EXIT.usage, advice: command(address).replaceAll("\n", "\n  ") },
  );
}
