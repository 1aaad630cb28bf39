import { flag } from "../settings.ts";

/** A configured channel, with its settings as they were written. */
interface SettledChannel {
  readonly name: string;
  readonly type: string;
  readonly channel: { readonly endpoints: readonly string[] };
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What there is to say of Azure's channels. */
export interface MessagingFacts {
  /** The names of the channels that belong to Messaging Connect. */
  readonly connect: ReadonlySet<string>;
  /** Scheme and host of the first Azure resource; undefined where no channel is on Azure. */
  readonly endpoint: string | undefined;
}

const AZURE = ["acs", "acs-connect", "sms"];

/** Finds out what Azure's channels are configured to do. */
export function findMessagingFacts(channels: Iterable<SettledChannel>): MessagingFacts {
  const azure = [...channels].filter(({ type }) => AZURE.includes(type));
  const endpoint = azure[0]?.channel.endpoints[0];
  return {
    connect: new Set(azure.filter(isConnect).map(({ name }) => name)),
    endpoint: endpoint === undefined ? undefined : new URL(endpoint).origin,
  };
}

function isConnect({ type, settings }: SettledChannel): boolean {
  if (type === "acs-connect") return true;
  return type === "sms" && flag().safeParse(settings["messaging_connect"]).data === true;
}

/** The part of `/health` that older integrations on Azure read; nothing where no channel is on Azure. */
export function describeMessaging(facts: MessagingFacts, service: string): object {
  if (facts.endpoint === undefined) return {};
  return {
    messaging_connect_enabled: facts.connect.size > 0,
    acs_endpoint: facts.endpoint,
    service,
  };
}
