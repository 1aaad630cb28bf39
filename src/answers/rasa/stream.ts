import type { Reply } from "../../messages.ts";
import type { HttpRequest, HttpStream } from "../../transport.ts";
import type { AnswerContext } from "../backend.ts";
import { checkStatus, MAX_ANSWER_BYTES, nameFailure, readJson } from "./call.ts";
import { readLines } from "./lines.ts";
import type { RasaSettings } from "./settings.ts";
import { fromRasa } from "./translate.ts";

/** What came of the stream next: the replies of one line, or the failure that ended it early. */
type StreamEvent =
  | { readonly kind: "replies"; readonly replies: readonly Reply[] }
  | { readonly kind: "failure"; readonly failure: unknown };

/**
 * Asks Rasa for one line per message and emits each as it arrives; gives the number of replies emitted. A bot that
 * crashes in the middle of a turn leaves its stream open for ever, so after the first line silence ends the stream; until
 * then the whole timeout applies, because a slow first action is no crash. What was emitted counts as the answer however
 * the stream ended. Throws `answer_*` when nothing was emitted, or the reason of an abort as it is.
 */
export async function callStream(
  stream: HttpStream,
  request: HttpRequest,
  settings: RasaSettings,
  { signal, emit }: AnswerContext,
): Promise<number> {
  const silence = new AbortController();
  const reader = readReplies(stream, request, settings, AbortSignal.any([signal, silence.signal]));
  let timer: NodeJS.Timeout | undefined;
  let emitted = 0;
  try {
    for await (const event of reader) {
      clearTimeout(timer);
      if (event.kind === "failure") {
        if (emitted > 0 || silence.signal.aborted) break;
        signal.throwIfAborted();
        throw nameFailure(event.failure);
      }
      if (event.replies.length > 0) await emit(event.replies);
      emitted += event.replies.length;
      timer = setTimeout(() => silence.abort(), settings.stream_idle_timeout_ms);
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
  return emitted;
}

/** Reads the stream line by line. A failure comes as the last event, so that it is not mistaken for one of `emit`. */
async function* readReplies(
  stream: HttpStream,
  request: HttpRequest,
  settings: RasaSettings,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const options = { timeoutMs: settings.timeout_ms, signal, maxBytes: MAX_ANSWER_BYTES };
  try {
    const response = await stream(request, options);
    checkStatus(response.status);
    for await (const line of readLines(response.chunks)) {
      yield { kind: "replies", replies: readLine(line) };
    }
  } catch (failure) {
    yield { kind: "failure", failure };
  }
}

/** A server that does not know stream mode answers with the whole list, which is then the only line. */
function readLine(line: string): readonly Reply[] {
  const parsed = readJson(line);
  return fromRasa(Array.isArray(parsed) ? parsed : [parsed]);
}
