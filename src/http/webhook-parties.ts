import type { WebhookRequest } from "../channels/channel.ts";
import type { NamedChannel } from "./dependencies.ts";

/** Who may find something in the calls at one address: the channel it belongs to, and those whose calls arrive there too. */
export interface Parties {
  /** Undefined where only guests are configured: their provider was told of this address long ago. */
  readonly host: NamedChannel | undefined;
  readonly guests: readonly NamedChannel[];
}

/** A party that reads a call. A guest beside the host keeps only what it understands. */
export interface Reader extends NamedChannel {
  readonly isBeside: boolean;
}

/** Finds, by name, the parties of every webhook address. Channels of web clients have neither guests nor hosts. */
export function findParties(channels: readonly NamedChannel[]): ReadonlyMap<string, Parties> {
  const providers = channels.filter(({ channel }) => channel.web === undefined);
  const names = new Set([
    ...providers.map(({ name }) => name),
    ...providers.flatMap(({ channel }) => channel.visits?.names ?? []),
  ]);
  const taken = new Set(channels.filter(({ channel }) => channel.web).map(({ name }) => name));
  return new Map(
    [...names]
      .filter((name) => !taken.has(name))
      .map((name) => {
        const host = providers.find((candidate) => candidate.name === name);
        const guests = providers.filter(
          (guest) => guest !== host && guest.channel.visits?.names.includes(name) === true,
        );
        return [name, { host, guests }];
      }),
  );
}

/** Says who reads a call. At an address without a host, the first guest reads what nobody recognises: it may refuse it. */
export function readersOf({ host, guests }: Parties, call: WebhookRequest): readonly Reader[] {
  const found = guests.map((guest) => ({
    guest,
    share: guest.channel.visits?.recognises(call),
  }));
  const owner = found.find(({ share }) => share === "all");
  if (owner !== undefined) return [{ ...owner.guest, isBeside: false }];
  const beside = found.flatMap(({ guest, share }) =>
    share === "some" ? [{ ...guest, isBeside: host !== undefined }] : [],
  );
  if (host !== undefined) return [{ ...host, isBeside: false }, ...beside];
  if (beside.length > 0) return beside;
  return guests.slice(0, 1).map((guest) => ({ ...guest, isBeside: false }));
}
