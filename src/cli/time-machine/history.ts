import type { z } from "zod";
import { interactionRow } from "../../db/interactions-read.ts";
import { message, routedMessage } from "../../http/api/message-schemas.ts";
import { readRasaMessage } from "../../rasa-message.ts";
import type { Content, Reply } from "../../messages.ts";
import type { ApiClient } from "../api.ts";
import { pastContent } from "./past-content.ts";

type Interaction = z.output<typeof interactionRow>;

/** One message of a person, and what was answered then. */
export interface PastTurn {
  readonly id: string;
  readonly messageId: string;
  readonly conversationId: string;
  readonly channel: string;
  readonly account: string;
  readonly at: string;
  readonly language: string | undefined;
  readonly text: string;
  readonly content: Content;
  /** Who answered; null where nobody did. */
  readonly backend: string | null;
  readonly replies: readonly Reply[];
}

/** A conversation's turns in their order. */
export type PastConversation = readonly PastTurn[];

export interface Period {
  readonly since: string;
  readonly until: string;
  readonly channel?: string | undefined;
  readonly conversation?: string | undefined;
  /** Turns read at most, the newest first. */
  readonly limit: number;
}

/** What was read, and what of it cannot be asked again. */
export interface History {
  readonly conversations: readonly PastConversation[];
  /** Turns that no backend was asked for, such as commands, and those of people who were erased since. */
  readonly unasked: number;
  /** Whether there was more than the limit. */
  readonly isCut: boolean;
}

/** How long before its turn a message may have come, milliseconds: it waits where the bot is away. */
const WAITED_MS = 3_600_000;

/** Reads what people wrote in a period and what was answered. */
export async function readHistory(
  api: Pick<ApiClient, "get" | "list">,
  period: Period,
  onRead: (turns: number) => void,
): Promise<History> {
  const rows: Interaction[] = [];
  const { since, until, channel, conversation } = period;
  const query = { since, until, channel, conversation_id: conversation };
  let isCut = false;
  for await (const row of api.list("/interactions", interactionRow, query)) {
    isCut = rows.length >= period.limit;
    if (isCut) break;
    rows.push(row);
    onRead(rows.length);
  }
  const asked = rows.filter(({ backend_chain: chain }) => chain.length > 0).toReversed();
  const contents = await readContents(api, period, asked);
  const turns = asked.map((row) => turnOf(row, contents.get(row.message_id)));
  return {
    conversations: [...Map.groupBy(turns, ({ conversationId }) => conversationId).values()],
    unasked: rows.length - asked.length,
    isCut,
  };
}

/** What kind of message each was: a tap is asked as a tap. */
async function readContents(
  api: Pick<ApiClient, "get" | "list">,
  { until, channel, conversation }: Period,
  asked: readonly Interaction[],
): Promise<ReadonlyMap<string, Content>> {
  const contents = new Map<string, Content>();
  const wanted = new Set(asked.map(({ message_id: id }) => id));
  const [first] = asked;
  if (first === undefined) return contents;
  const since = new Date(Date.parse(first.created_at) - WAITED_MS).toISOString();
  const query = { direction: "in", since, until, channel, conversation_id: conversation };
  for await (const { id, content } of api.list("/messages", message, query)) {
    if (wanted.has(id)) contents.set(id, pastContent(content));
    if (contents.size === wanted.size) break;
  }
  for (const id of wanted)
    if (!contents.has(id))
      contents.set(id, pastContent((await api.get(`/messages/${id}`, routedMessage)).content));
  return contents;
}

function turnOf(row: Interaction, content: Content = { type: "text" }): PastTurn {
  return {
    id: row.id,
    messageId: row.message_id,
    conversationId: row.conversation_id,
    channel: row.channel,
    account: row.account,
    at: row.created_at,
    language: row.language ?? undefined,
    text: row.message_text,
    content,
    backend: row.backend,
    replies: repliesOf(row),
  };
}

/**
 * Where the bot's own words are not kept, those that the person read. What the bridge said because no backend had an answer
 * is none.
 */
function repliesOf({ replies, response_text: text, backend }: Interaction): readonly Reply[] {
  if (backend === null) return [];
  if (replies !== null) return replies.flatMap((reply) => readRasaMessage(reply) ?? []);
  return text === null ? [] : [{ text }];
}
