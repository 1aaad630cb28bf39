import type { FileLocation } from "../channels/media-source.ts";
import { bareType } from "../media/sniff.ts";
import { discard, explain, type FileAnswer } from "./file-call.ts";
import { away, type Fetched, gone, sizeChecked, type TimedQuest, tooLarge } from "./file-quest.ts";

/** Bytes of a refusal that are read for its reason. */
const REFUSAL_BYTES = 64 * 1024;

/** Answers after which another try may do: our token, our pace, the other side's trouble. */
const PASSING = new Set([401, 403, 408, 423, 425, 429]);

type Follow = (location: FileLocation) => Promise<Fetched>;

/** Reads an answer as the file, or, with `follow`, as what the channel says of where the file is. */
export async function readAnswer(
  quest: TimedQuest,
  answer: FileAnswer,
  follow: Follow | undefined,
): Promise<Fetched> {
  try {
    if (answer.status < 200 || answer.status > 299) return await readRefusal(quest, answer, follow);
    if (announced(answer) > quest.maxBytes && !isWrapped(quest, answer, follow))
      return await giveUp(answer, tooLarge);
    const bytes = await collect(answer.chunks);
    const location = locate(quest, answer, bytes, follow);
    if (location !== undefined && follow !== undefined) return await follow(location);
    if (isSomethingElse(quest, answer)) return away;
    return bytes.length === 0 ? away : sizeChecked(bytes, quest.maxBytes);
  } catch (thrown) {
    return explain(quest, thrown);
  }
}

function isWrapped(quest: TimedQuest, answer: FileAnswer, follow: Follow | undefined): boolean {
  const { locate: read } = quest.channel.media ?? {};
  return follow !== undefined && read !== undefined && mayBeJson(answer.headers);
}

function locate(
  quest: TimedQuest,
  answer: FileAnswer,
  bytes: Buffer,
  follow: Follow | undefined,
): FileLocation | undefined {
  if (!isWrapped(quest, answer, follow)) return undefined;
  const { status, headers } = answer;
  return quest.channel.media?.locate?.({ status, headers, body: bytes.toString("utf8") });
}

/** The channel knows its provider's refusals; without its word the status decides. */
async function readRefusal(
  quest: TimedQuest,
  answer: FileAnswer,
  follow: Follow | undefined,
): Promise<Fetched> {
  const bytes = await collect(answer.chunks, REFUSAL_BYTES);
  locate(quest, answer, bytes, follow);
  return answer.status >= 500 || PASSING.has(answer.status) ? away : gone;
}

/** A page or JSON where another kind of file was announced is an error in disguise. */
function isSomethingElse({ media }: TimedQuest, { headers }: FileAnswer): boolean {
  const type = bareType(headers["content-type"]);
  const isSuspect = type === "text/html" || /\bjson$/.test(type);
  return isSuspect && bareType(media.mimeType) !== type;
}

async function giveUp(answer: FileAnswer, outcome: Fetched): Promise<Fetched> {
  await discard(answer.chunks);
  return outcome;
}

function announced({ headers }: FileAnswer): number {
  return Number(headers["content-length"] ?? 0);
}

/** Collects an answer; `upTo` bytes are enough where only its beginning matters. */
async function collect(chunks: AsyncIterable<Uint8Array>, upTo = Infinity): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > upTo) break;
  }
  return Buffer.concat(parts);
}

/** Whether an answer of this type may be JSON about the file rather than the file. Some servers call JSON a script. */
function mayBeJson(headers: Readonly<Record<string, string>>): boolean {
  const type = bareType(headers["content-type"]);
  return type === "" || type === "text/plain" || /json|javascript/.test(type);
}
