import type { Channel } from "../channels/channel.ts";
import type { CommandSettings, ConversationSettings } from "../config/settings.ts";
import type { Gather } from "../db/inbox.ts";
import type { Claimed, InboxRow } from "../db/mailbox.ts";
import type { InboundMessage } from "../messages.ts";
import { parseCommand } from "./commands.ts";
import { tapTyped } from "./menu.ts";
import { isStale } from "./stale.ts";

interface BurstSettings {
  readonly conversation: ConversationSettings;
  readonly commands: CommandSettings;
}

type Channels = ReadonlyMap<string, { readonly channel: Channel }>;

/** Messages of one burst: more than a person types, and few enough to be read at once. */
export const MAX_BURST = 200;
/** Characters of one question; longer bursts become several. */
const MAX_JOINED_CHARS = 16_000;
/** How often a burst may be put off where no other bound is set. */
const MOST_WAITS = 8;

/** How quick texts of a conversation become one question. */
export interface Bursts {
  /** Names of the channels on which texts are joined at all. */
  readonly channels: readonly string[];
  /** How long a message waits for others; undefined where nothing is gathered. */
  readonly gather: (channel: string, message: InboundMessage) => Gather | undefined;
  /** Takes the rows that are answered next, as one, off the front. `rows` is not empty. */
  readonly next: (conversation: Claimed, rows: readonly InboxRow[]) => Burst;
}

export interface Burst {
  /** The last row, with the text of all and the earlier ones. */
  readonly row: InboxRow;
  /** The rows that are left. */
  readonly rest: readonly InboxRow[];
}

/** Builds the rules of bursts. A web client waits for the answer to its own message, so nothing is joined there. */
export function createBursts(settings: BurstSettings, channels: Channels): Bursts {
  const { conversation } = settings;
  const waitOf = (name: string): number =>
    conversation.debounceChannels[name] ?? conversation.debounceMs;
  const maxOf = (name: string): number => conversation.debounceMaxMs ?? waitOf(name) * MOST_WAITS;
  const joining = [...channels].flatMap(([name, { channel }]) =>
    channel.web === undefined && (waitOf(name) > 0 || conversation.joinWaiting) ? [name] : [],
  );

  return {
    channels: joining,
    gather: (name, message) => {
      if (waitOf(name) === 0 || !joining.includes(name)) return undefined;
      return isPlainText(message, settings)
        ? { waitMs: waitOf(name), maxMs: Math.max(maxOf(name), waitOf(name)) }
        : { waitMs: 0, maxMs: 0 };
    },
    next: (claimed, rows) => {
      const channel = channels.get(claimed.channel)?.channel;
      const isJoined = (row: InboxRow): boolean =>
        channel !== undefined &&
        isPlainText(tapTyped(row.message, claimed.menu, channel, settings), settings);
      const { joinWaiting, staleAfterMs } = conversation;
      const isClose = (first: InboxRow, before: InboxRow, row: InboxRow): boolean =>
        // What came too late for an answer must not get one in the company of what did not.
        isStale(first, staleAfterMs) === isStale(row, staleAfterMs) &&
        (joinWaiting ||
          (between(before, row) <= waitOf(claimed.channel) &&
            between(first, row) <= maxOf(claimed.channel)));
      return takeBurst(rows, joining.includes(claimed.channel) ? isJoined : () => false, isClose);
    },
  };
}

/** Only what was typed for the bot waits and is joined: a command, a tap or a file is a question of its own. */
function isPlainText(message: InboundMessage, { commands }: BurstSettings): boolean {
  const { content, text } = message;
  return content.type === "text" && parseCommand(text, "typed", commands) === undefined;
}

/** Milliseconds between two arrivals, whichever was first. */
function between(one: InboxRow, other: InboxRow): number {
  return Math.abs(Date.parse(other.receivedAt) - Date.parse(one.receivedAt));
}

/**
 * Takes the first rows that belong together. What was begun before a crash is one burst by itself: it is not answered
 * again, and nothing that came since may share its fate.
 */
function takeBurst(
  rows: readonly InboxRow[],
  isJoined: (row: InboxRow) => boolean,
  isClose: (first: InboxRow, before: InboxRow, row: InboxRow) => boolean,
): Burst {
  const begun = rows.filter(({ emitted }) => emitted);
  if (begun.length > 0) return { row: join(begun), rest: rows.filter(({ emitted }) => !emitted) };
  const [first] = rows;
  if (first === undefined) throw new Error("there is no row to take");
  const taken = [first];
  let chars = first.message.text.length;
  for (const row of isJoined(first) ? rows.slice(1) : []) {
    chars += row.message.text.length + 1;
    const before = taken.at(-1) ?? first;
    if (taken.length === MAX_BURST || chars > MAX_JOINED_CHARS) break;
    if (!isJoined(row) || !isClose(first, before, row)) break;
    taken.push(row);
  }
  return { row: join(taken), rest: rows.slice(taken.length) };
}

/** One row of several: a line for each text, under the id of the last one. */
function join(rows: readonly InboxRow[]): InboxRow {
  const last = rows.at(-1);
  if (last === undefined) throw new Error("there is no row to join");
  if (rows.length === 1) return last;
  const text = rows.map(({ message }) => message.text).join("\n");
  return { ...last, message: { ...last.message, text }, earlier: rows.slice(0, -1) };
}
