import { signal } from "@preact/signals";
import { ApiProblem, get, type PageOf } from "../../shared/api.ts";
import type { Conversation, ConversationDetail, Message } from "../../shared/api-types.ts";
import { onNews, onReturn } from "../../shared/live.ts";
import { mergeMessages } from "./merge.ts";
import { isSameNumber } from "./people.ts";

/** What was said between a person and the bot on one line. */
export interface Transcript {
  readonly channel: string;
  readonly phone: string;
  /** Undefined before the person's first message. */
  readonly conversation: ConversationDetail | undefined;
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Null where nothing older is left to read; undefined before the first reading. */
  readonly cursor: string | null | undefined;
  readonly problem: ApiProblem | undefined;
}

const NOTHING = {
  channel: "",
  phone: "",
  conversation: undefined,
  messages: [],
  cursor: undefined,
  problem: undefined,
} as const;

export const transcript = signal<Transcript>(NOTHING);

const PAGE_SIZE = 100;

/** Milliseconds over which news are gathered before they are read, and after which a failed reading is tried again. */
const GATHER_MS = 120;
const RETRY_MS = 3_000;

let reading: Promise<void> | undefined;
let isStale = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Whether nothing may be read now: a conversation that is being erased would not be found. */
const hold = { isOn: false };

/** Reads again what was said; the promise ends once nothing asked for before is missing. */
export function refresh(): Promise<void> {
  isStale = true;
  if (hold.isOn) return Promise.resolve();
  reading ??= readUntilFresh().finally(() => {
    reading = undefined;
  });
  return reading;
}

async function readUntilFresh(): Promise<void> {
  while (isStale && !hold.isOn) {
    isStale = false;
    const asked = transcript.peek();
    try {
      const read = await readNewest(asked);
      if (isCurrent(asked)) transcript.value = read;
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem)) throw thrown;
      if (!isCurrent(asked)) continue;
      transcript.value = { ...transcript.peek(), problem: thrown };
      const isPassing = thrown.status === 0 || thrown.status === 429 || thrown.status >= 500;
      if (isPassing) later((thrown.retryAfterS ?? 0) * 1_000 || RETRY_MS);
    }
  }
}

function isCurrent({ channel, phone }: Transcript): boolean {
  const now = transcript.peek();
  return now.channel === channel && now.phone === phone;
}

function later(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void refresh(), ms);
}

async function readNewest(old: Transcript): Promise<Transcript> {
  const { channel, phone } = old;
  const id = old.conversation?.id ?? (await find(channel, phone));
  if (id === undefined) return { ...NOTHING, channel, phone, cursor: null };
  const conversation = await readUnlessGone<ConversationDetail>(`/conversations/${id}`);
  // Somebody erased the person: the next reading finds who they are now.
  if (conversation === undefined) {
    later(GATHER_MS);
    return { ...NOTHING, channel, phone, cursor: null };
  }
  const page = await get<PageOf<Message>>(`/conversations/${id}/messages`, { limit: PAGE_SIZE });
  const isFirst = old.conversation === undefined;
  return {
    channel,
    phone,
    conversation,
    messages: mergeMessages(isFirst ? [] : transcript.peek().messages, page.data),
    cursor: isFirst ? page.next_cursor : transcript.peek().cursor,
    problem: undefined,
  };
}

async function find(channel: string, phone: string): Promise<string | undefined> {
  const { data } = await get<PageOf<Conversation>>("/conversations", { channel, q: phone });
  return data.find(({ identity }) => identity !== null && isSameNumber(identity, phone))?.id;
}

async function readUnlessGone<Answer>(path: string): Promise<Answer | undefined> {
  try {
    return await get<Answer>(path);
  } catch (thrown) {
    if (thrown instanceof ApiProblem && thrown.status === 404) return undefined;
    throw thrown;
  }
}

/** Begins a conversation anew by what erases it: nothing of it is read meanwhile, and nothing is known of it afterwards. */
export async function beginAnew(erase: () => Promise<unknown>): Promise<void> {
  hold.isOn = true;
  try {
    await reading;
    await erase();
    const { channel, phone } = transcript.peek();
    transcript.value = { ...NOTHING, channel, phone };
  } finally {
    hold.isOn = false;
  }
  await refresh();
}

/** Reads what was said before. Throws an `ApiProblem`. */
export async function readOlder(): Promise<void> {
  const asked = transcript.peek();
  const { conversation, cursor } = asked;
  if (conversation === undefined || typeof cursor !== "string") return;
  const query = { limit: PAGE_SIZE, cursor };
  const page = await get<PageOf<Message>>(`/conversations/${conversation.id}/messages`, query);
  const now = transcript.peek();
  if (!isCurrent(asked) || now.cursor !== cursor) return;
  const messages = mergeMessages(page.data, now.messages);
  transcript.value = { ...now, messages, cursor: page.next_cursor };
}

/** Shows what one person and the bot say on a line, and keeps it in step; returns how to stop. */
export function openTranscript(channel: string, phone: string): () => void {
  if (!isCurrent({ ...NOTHING, channel, phone })) transcript.value = { ...NOTHING, channel, phone };
  void refresh();
  const stopNews = onNews((news) => {
    if (news.kind === "campaign" || news.channel !== channel) return;
    const known = transcript.peek().conversation?.id;
    if (known === undefined || known === news.conversation_id) later(GATHER_MS);
  });
  const stopReturns = onReturn(() => void refresh());
  return () => {
    clearTimeout(timer);
    stopNews();
    stopReturns();
  };
}
