import { signal } from "@preact/signals";
import { readBubble } from "../../shared/bubble/read-bubble.ts";
import { transcript } from "../state/transcript.ts";
import type { Said, StatusWord } from "../state/wire.ts";
import { expectationOf } from "./answers.ts";
import { rememberedFile } from "./files.ts";

/** A step as it is written; what is left out is the format's own default. */
type WrittenStep = Readonly<Record<string, unknown>>;

/** A recording under way. */
export interface Recording {
  readonly channel: string;
  readonly type: string;
  readonly steps: readonly WrittenStep[];
  /** Messages whose words are in it already, or were there before. */
  readonly seen: ReadonlySet<string>;
  /** Things that were said and do not fit into a script. */
  readonly left: number;
}

export const recording = signal<Recording | undefined>(undefined);

/** Begins to record what is said on a line. */
export function startRecording({ channel, type }: Pick<Recording, "channel" | "type">): void {
  const seen = new Set(transcript.peek().messages.map(({ id }) => id));
  recording.value = { channel, type, steps: [], seen, left: 0 };
}

/** Writes down what the bot has answered by now. */
export function recordAnswers(): void {
  const now = recording.peek();
  if (now === undefined) return;
  const fresh = transcript.peek().messages.filter(({ id }) => !now.seen.has(id));
  const answers = fresh.filter(({ direction }) => direction === "out");
  const expected = expectationOf(answers.map((message) => readBubble(message, now.type)));
  const seen = new Set([...now.seen, ...fresh.map(({ id }) => id)]);
  const steps = expected === undefined ? now.steps : [...now.steps, { expect: expected }];
  recording.value = { ...now, steps, seen };
}

/** What somebody did, in the words of the API. */
export type Deed =
  | { readonly say: { readonly content: Said } }
  | { readonly tick: { readonly status: StatusWord; readonly error_code?: string } }
  | { readonly clock_hours: number };

/** Writes down what was done. */
export function recordStep(deed: Deed): void {
  const now = recording.peek();
  if (now === undefined) return;
  const step = toStep(deed);
  recording.value =
    step === undefined ? { ...now, left: now.left + 1 } : { ...now, steps: [...now.steps, step] };
}

/** Undefined for a file that is too large for a script. */
function toStep(deed: Deed): WrittenStep | undefined {
  if (!("say" in deed)) return deed;
  const { content } = deed.say;
  switch (content.type) {
    case "reaction": {
      const { type, emoji } = content;
      return { say: { content: { type, ...(emoji !== undefined && { emoji }) } } };
    }
    case "choice": {
      const { type, title, id, source } = content;
      return { say: { content: { type, title, id, source } } };
    }
    case "media": {
      const { file_id: fileId, ...rest } = content;
      const file = rememberedFile(fileId);
      return file && { say: { content: { ...rest, ...file } } };
    }
    case "text":
    case "location":
    case "contact":
      return deed;
  }
}

/** Ends the recording: a script's text; undefined where nothing was done. */
export function stopRecording(title: string): string | undefined {
  recordAnswers();
  const ended = recording.peek();
  recording.value = undefined;
  if (ended === undefined || ended.steps.length === 0) return undefined;
  const { channel, steps } = ended;
  return `${JSON.stringify({ version: 1, title, channel, steps }, null, 2)}\n`;
}
