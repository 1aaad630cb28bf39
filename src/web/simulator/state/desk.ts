import { signal } from "@preact/signals";
import { get, post } from "../../shared/api.ts";
import { newRequestKey } from "../../shared/request-key.ts";
import { rememberFile } from "../script/files.ts";
import { recordAnswers, recordStep } from "../script/recording.ts";
import { isTaken, noteCalls } from "./calls.ts";
import { callOptions, conditions } from "./conditions.ts";
import { forgetNotices, notice } from "./notices.ts";
import type { Person } from "./people.ts";
import { beginAnew, refresh } from "./transcript.ts";
import type { Behaviour, Clock, MadeCalls, Said, SendAnswer, StatusWord } from "./wire.ts";

/** Who is on which line. */
export interface Seat {
  readonly channel: string;
  readonly person: Person;
}

/** One message that is about to be brought. */
export interface Draft {
  readonly content: Said;
  /** The provider's id of the message it answers. */
  readonly quoted?: string | undefined;
  /** The provider's id, where it is a message that comes again. */
  readonly id?: string | undefined;
}

/** Messages that are gathered, to come in one call. */
export const gathered = signal<readonly Draft[]>([]);

/** Messages of one call at most. Source: our API. */
export const MOST_GATHERED = 20;

/** Says something, or puts it with what is gathered. Throws an `ApiProblem`. */
export async function say(seat: Seat, draft: Draft): Promise<void> {
  if (!conditions.peek().gathers) await bring(seat, [draft]);
  else if (gathered.peek().length < MOST_GATHERED) gathered.value = [...gathered.peek(), draft];
}

/** Brings what was gathered. Throws an `ApiProblem`. */
export async function bringGathered(seat: Seat): Promise<void> {
  await bring(seat, gathered.peek());
  gathered.value = [];
}

/** Has the provider bring messages, under the conditions that are set. Throws an `ApiProblem`. */
export async function bring(
  { channel, person }: Seat,
  drafts: readonly Draft[],
): Promise<MadeCalls> {
  const how = conditions.peek();
  const { phone, name } = person;
  const messages = drafts.map(({ content, quoted, id }) => ({
    from: phone,
    ...(name !== "" && { name }),
    ...(quoted !== undefined && { quoted }),
    ...(id !== undefined && { id }),
    content,
  }));
  const order = { channel, messages, ...callOptions(how) };
  recordAnswers();
  const made = await post<MadeCalls>("/simulator/webhooks", order, {
    idempotencyKey: newRequestKey(),
  });
  for (const { content } of drafts) recordStep({ say: { content } });
  const laterMs = made.calls.length === 0 ? how.delayMs : 0;
  noteCalls({ kind: "message", channel, phone, calls: made.calls, laterMs });
  if (laterMs > 0) notice(channel, phone, { kind: "later", seconds: Math.round(laterMs / 1_000) });
  if (how.times > 1) notice(channel, phone, { kind: "repeated", times: how.times });
  for (const { status } of made.calls.filter((call) => !isTaken(call)).slice(0, 1))
    notice(channel, phone, { kind: "refused", status });
  await refresh();
  return made;
}

/** Has the provider report what became of a message. Throws an `ApiProblem`. */
export async function tick(
  { channel, person: { phone } }: Seat,
  messageId: string,
  status: StatusWord,
  errorCode?: string,
): Promise<void> {
  const { times, signature } = conditions.peek();
  const report = {
    channel,
    message_id: messageId,
    status,
    ...(errorCode !== undefined && { error_code: errorCode }),
    times,
    signature,
  };
  recordAnswers();
  const { calls } = await post<MadeCalls>("/simulator/statuses", report, {
    idempotencyKey: newRequestKey(),
  });
  recordStep({ tick: { status, ...(errorCode !== undefined && { error_code: errorCode }) } });
  noteCalls({ kind: "status", channel, phone, calls, laterMs: 0 });
  for (const call of calls.filter((made) => !isTaken(made)).slice(0, 1))
    notice(channel, phone, { kind: "refused", status: call.status });
  await refresh();
}

const named = ({ channel, person }: Seat) => ({ channel, person: person.phone });

export const readBehaviour = (seat: Seat, ended?: AbortSignal): Promise<Behaviour> =>
  get<Behaviour>("/simulator/behaviour", named(seat), ended);

export const behave = (
  seat: Seat,
  part: Partial<Pick<Behaviour, "ticks" | "delay_ms" | "reads" | "fail_code">>,
): Promise<Behaviour> => post<Behaviour>("/simulator/behaviour", { ...named(seat), ...part });

/** Makes it so that the person last wrote some hours ago. Throws an `ApiProblem`. */
export async function moveClock(seat: Seat, hours: number): Promise<Clock> {
  recordAnswers();
  const moved = await post<Clock>("/simulator/clock", { ...named(seat), hours });
  recordStep({ clock_hours: hours });
  notice(seat.channel, seat.person.phone, { kind: "clock", hours: Math.round(hours) });
  await refresh();
  return moved;
}

/** Begins anew. Throws an `ApiProblem`. */
export async function reset(seat: Seat): Promise<void> {
  await beginAnew(() => post("/simulator/reset", named(seat)));
  forgetNotices(seat.channel, seat.person.phone);
  gathered.value = [];
}

/** What an operator would send this person. Throws an `ApiProblem`. */
export async function writeTo(seat: Seat, content: Readonly<Record<string, unknown>>) {
  const message = { channel: seat.channel, to: seat.person.phone, ...content };
  const answer = await post<SendAnswer>("/messages", message, { idempotencyKey: newRequestKey() });
  await refresh();
  return answer;
}

/** Bytes of a file at most. Source: our API. */
export const MOST_BYTES = 16 * 1024 * 1024;

/** Keeps a file for the person to send; the answer is its id. Throws an `ApiProblem`. */
export async function keepFile(file: Blob, fileName: string): Promise<string> {
  const typed = new Blob([file], {
    type: file.type === "" ? "application/octet-stream" : file.type,
  });
  const query = { file_name: fileName.slice(0, 255) };
  const kept = await post<{ readonly file_id: string }>("/simulator/files", typed, { query });
  await rememberFile(kept.file_id, typed);
  return kept.file_id;
}
