import { signal } from "@preact/signals";
import type { Script } from "../../../simulator/script.ts";
import { ApiProblem } from "../../shared/api.ts";
import { readBubble } from "../../shared/bubble/read-bubble.ts";
import { bring, keepFile, moveClock, type Seat, tick } from "../state/desk.ts";
import { refresh, transcript } from "../state/transcript.ts";
import type { Line, Said } from "../state/wire.ts";
import { findChoice } from "./answers.ts";
import { fileOf } from "./files.ts";
import { play, type SaidInScript, type Stage, type StepState } from "./play.ts";

/** A playing that is under way or over. */
export interface Playing {
  readonly script: Script;
  readonly states: readonly StepState[];
  readonly isOver: boolean;
}

export const playing = signal<Playing | undefined>(undefined);

let abort: AbortController | undefined;

export const stopPlaying = (): void => abort?.abort();

/** Why a step cannot be done, in a closed word. */
class Unplayable extends Error {}

/** Plays a script with a person on a line; one at a time. */
export async function playScript(script: Script, line: Line, seat: Seat): Promise<void> {
  stopPlaying();
  const own = new AbortController();
  abort = own;
  playing.value = { script, states: script.steps.map(() => ({ state: "waiting" })), isOver: false };
  const states = await play(
    script,
    stageOf(line, seat),
    (now) => {
      if (abort === own) playing.value = { script, states: now, isOver: false };
    },
    own.signal,
  );
  if (abort === own) playing.value = { script, states, isOver: true };
}

function stageOf(line: Line, seat: Seat): Stage {
  const known = () => new Set(transcript.peek().messages.map(({ id }) => id));
  let before = known();
  const fromBot = () => transcript.peek().messages.filter(({ direction }) => direction === "out");
  return {
    say: async (content) => {
      const said = await toSaid(content, line);
      before = known();
      const { calls } = await bring(seat, [{ content: said }]);
      const refused = calls.find(({ status }) => status >= 400 || status === 0);
      if (refused !== undefined) throw new Unplayable(`HTTP ${refused.status}`);
    },
    tick: async ({ status, error_code: code }) => {
      const last = fromBot().findLast(({ external_id: id }) => id !== null);
      if (last === undefined) throw new Unplayable("no_message");
      await tick(seat, last.id, status, code);
    },
    moveClock: async (hours) => {
      await moveClock(seat, hours);
    },
    answers: () =>
      fromBot()
        .filter(({ id }) => !before.has(id))
        .map((message) => readBubble(message, line.type)),
    rest,
    now: () => Date.now(),
    explain: (thrown) =>
      thrown instanceof ApiProblem || thrown instanceof Unplayable ? thrown.message : undefined,
  };
}

/** Makes of a script's words what the API takes. Throws `Unplayable` and `ApiProblem`. */
async function toSaid(content: SaidInScript, line: Line): Promise<Said> {
  const messages = transcript.peek().messages.filter(({ direction }) => direction === "out");
  switch (content.type) {
    case "choice": {
      const { title, id, source } = content;
      const found = findChoice(
        messages.map((message) => readBubble(message, line.type)),
        title,
      );
      const tapped = { id: id ?? found?.id, source: source ?? found?.source };
      if (tapped.id === undefined || tapped.source === undefined) throw new Unplayable("no_choice");
      return { type: "choice", title, id: tapped.id, source: tapped.source };
    }
    case "media": {
      const { mime_type: _type, data: _data, ...words } = content;
      const fileId = await keepFile(fileOf(content), content.file_name ?? content.media);
      return { ...words, file_id: fileId };
    }
    case "reaction": {
      const last = messages.findLast(({ external_id: id }) => id !== null);
      if (last?.external_id === undefined || last.external_id === null)
        throw new Unplayable("no_message");
      return { type: "reaction", to: last.external_id, ...emojiOf(content) };
    }
    case "text":
    case "location":
    case "contact":
      return content;
  }
}

const emojiOf = ({ emoji }: { readonly emoji?: string | undefined }) =>
  emoji === undefined ? {} : { emoji };

/** Milliseconds after which the server is asked, where no news came by themselves. */
const ASK_MS = 1_500;

function rest(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const first = transcript.peek();
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
      ended.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(() => void refresh().then(end), Math.min(ms, ASK_MS));
    const unsubscribe = transcript.subscribe((now) => {
      if (now !== first) queueMicrotask(end);
    });
    ended.addEventListener("abort", end);
  });
}
