import { BridgeError } from "../errors.ts";
import { HttpFailure } from "../transport.ts";
import type { HttpRequest, HttpStream } from "../transport.ts";
import { authorize } from "./call.ts";
import { away, type Fetched, gone, type TimedQuest, tooLarge } from "./file-quest.ts";

/** An answer whose body has not been read; it must be, or thrown away with `discard`. */
export type FileAnswer = Awaited<ReturnType<HttpStream>>;

export interface FileCallOptions {
  /**
   * "full": the provider's configured address, wherever it is; "host": known to be the provider's, so it is sent our
   * credentials but must be public; "none": given by a message, so it must be public, https, and is told nothing of us.
   */
  readonly trust: "full" | "host" | "none";
  /** The answer may be JSON that holds the file as text. */
  readonly mayBeWrapped: boolean;
}

/** Bytes of JSON around a file that is wrapped in it. */
const WRAPPING_BYTES = 64 * 1024;

/** Largest answer that may be read: base64 turns 3 bytes into 4. */
function wrappedLimit(maxBytes: number): number {
  return Math.ceil((maxBytes * 4) / 3) + WRAPPING_BYTES;
}

/** Calls for a file; an answer of 401 to a trusted call renews a cached token once. */
export async function callForFile(
  quest: TimedQuest,
  request: HttpRequest,
  options: FileCallOptions,
): Promise<
  | { readonly kind: "answer"; readonly answer: FileAnswer }
  | { readonly kind: "missing"; readonly missing: Fetched }
> {
  try {
    if (options.trust !== "none") return await callTrusted(quest, request, options);
    if (!request.url.startsWith("https://")) return { kind: "missing", missing: gone };
    const bare = { method: "GET", url: request.url, headers: {} } as const;
    return { kind: "answer", answer: await call(quest, bare, options) };
  } catch (thrown) {
    return { kind: "missing", missing: explain(quest, thrown) };
  }
}

async function callTrusted(quest: TimedQuest, request: HttpRequest, options: FileCallOptions) {
  const { channel, tools } = quest;
  const extra = await authorize(channel, request, tools);
  const answer = await call(quest, withHeaders(request, extra), options);
  if (answer.status !== 401 || extra === undefined) return { kind: "answer", answer } as const;
  await discard(answer.chunks);
  const renewed = await authorize(channel, request, tools, extra);
  const second = await call(quest, withHeaders(request, renewed), options);
  return { kind: "answer", answer: second } as const;
}

function withHeaders(
  request: HttpRequest,
  extra: Readonly<Record<string, string>> | undefined,
): HttpRequest {
  return { ...request, headers: { ...request.headers, ...extra } };
}

function call(quest: TimedQuest, request: HttpRequest, options: FileCallOptions) {
  const remaining = quest.deadline - performance.now();
  if (remaining <= 0) throw new HttpFailure("timeout", "no");
  return quest.tools.stream(request, {
    timeoutMs: Math.ceil(remaining),
    signal: quest.signal,
    maxBytes: options.mayBeWrapped ? wrappedLimit(quest.maxBytes) : quest.maxBytes,
    publicOnly: options.trust !== "full",
  });
}

/** What a failed call means for the file. Stopping is no failure of the file's: it goes on as what it is. */
export function explain(quest: TimedQuest, thrown: unknown): Fetched {
  if (quest.signal.aborted) throw thrown;
  if (thrown instanceof HttpFailure) return thrown.reason === "too_large" ? tooLarge : away;
  if (thrown instanceof BridgeError) return thrown.retry ? away : gone;
  throw thrown;
}

/** Reading is what ends an answer nobody wants. */
export async function discard(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const reading = chunks[Symbol.asyncIterator]();
  await reading.next().catch(() => undefined);
  await reading.return?.();
}
