import type { Channel } from "../channels/channel.ts";
import type { Queryable } from "../db/driver.ts";
import { placeholdersOf, type RouteRung, type SendContent } from "../send-content.ts";
import { contentIn } from "./personal-content.ts";
import { type Fault, refuse, UnsendableRequest } from "./unsendable.ts";

/** Channels by name, as far as whoever asks may use them. */
export type CampaignChannels = ReadonlyMap<
  string,
  { readonly channel: Pick<Channel, "accounts" | "delivery"> }
>;

/** Where a campaign's messages go. */
interface Wanted {
  readonly channel: string;
  /** All of the channel where undefined. */
  readonly accounts?: readonly string[] | undefined;
  readonly route: readonly RouteRung[];
}

/** Finds the accounts that send; throws `UnsendableRequest` for channels and accounts that cannot. */
export function checkChannels(channels: CampaignChannels, wanted: Wanted): readonly string[] {
  const { accounts } = usable(channels, wanted.channel, ["channel"]);
  for (const [index, account] of (wanted.accounts ?? []).entries())
    if (!accounts.includes(account))
      refuse(["accounts", index], `the channel ${wanted.channel} has no such account`);
  for (const [index, rung] of wanted.route.entries()) {
    const next = usable(channels, rung.channel, ["route", index, "channel"]);
    if (rung.account !== undefined && !next.accounts.includes(rung.account))
      refuse(["route", index, "account"], `the channel ${rung.channel} has no such account`);
  }
  return [...new Set(wanted.accounts ?? accounts)];
}

function usable(channels: CampaignChannels, name: string, path: Fault["path"]) {
  const channel = channels.get(name)?.channel;
  if (channel?.delivery === "push") return channel;
  return refuse(path, "there is no channel with this name to send on");
}

/** What a campaign says, checked; a template with its language, and the category the provider gives it. */
export interface CheckedMessage {
  readonly message: SendContent;
  readonly category: string | null;
}

interface Said {
  readonly channel: string;
  readonly message: SendContent;
  readonly language: string | null;
  readonly category: string | null;
}

/** Checks what a campaign says; throws `UnsendableRequest` with every problem of its template, and `store_*`. */
export async function checkMessage(db: Queryable, said: Said): Promise<CheckedMessage> {
  const found = await contentIn(db, said, undefined);
  if (found.kind === "ok") return { message: found.content, category: found.category };
  throw new UnsendableRequest(found.problems.map((detail) => ({ path: ["template"], detail })));
}

/** Placeholders for which each recipient brings a value. */
export function openPlaceholders(
  message: SendContent,
  values: Readonly<Record<string, string>>,
): string[] {
  return placeholdersOf(message).filter((name) => !Object.hasOwn(values, name));
}
