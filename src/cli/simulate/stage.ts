import { setTimeout as sleep } from "node:timers/promises";
import { ApiRefusal } from "../api-answer.ts";
import { CliError } from "../failure.ts";
import { findChoice } from "../../web/simulator/script/answers.ts";
import type { SaidInScript, Stage } from "../../web/simulator/script/play.ts";
import { bubbleOf, type Desk, type Message } from "./desk.ts";

/** How often the bridge is asked what was said, milliseconds. */
const ASK_MS = 100;

/** A step of a script that cannot be done, in words. */
class Unplayable extends Error {}

/** Plays a script's steps with one person over the API of a bridge. */
export function createStage(desk: Desk): Stage {
  let messages: readonly Message[] = [];
  let before = new Set<string>();
  const read = async (): Promise<void> => {
    messages = await desk.refresh();
  };
  const lastSent = (): Message => {
    const last = messages.findLast(({ external_id: id }) => id !== null);
    if (last === undefined) throw new Unplayable("the bot has said nothing yet");
    return last;
  };
  return {
    say: async (content) => {
      await read();
      const said = await toSaid(content, desk, messages, lastSent);
      before = new Set(messages.map(({ id }) => id));
      await desk.say(said);
    },
    tick: async ({ status, error_code: code }) => {
      await read();
      await desk.tick(lastSent().id, status, code);
    },
    moveClock: desk.moveClock,
    answers: () =>
      messages.filter(({ id }) => !before.has(id)).map((one) => bubbleOf(one, desk.line)),
    rest: async (ms, signal) => {
      if (signal.aborted) return;
      await sleep(Math.min(ms, ASK_MS), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await read();
    },
    now: () => Date.now(),
    explain: (thrown) =>
      thrown instanceof Unplayable || thrown instanceof ApiRefusal || thrown instanceof CliError
        ? thrown.message
        : undefined,
  };
}

/** Makes of a script's words what the API takes. Throws `Unplayable`. */
async function toSaid(
  content: SaidInScript,
  desk: Desk,
  messages: readonly Message[],
  lastSent: () => Message,
): Promise<Readonly<Record<string, unknown>>> {
  switch (content.type) {
    case "choice": {
      const { title, id, source } = content;
      const found = findChoice(
        messages.map((one) => bubbleOf(one, desk.line)),
        title,
      );
      const tapped = { id: id ?? found?.id, source: source ?? found?.source };
      if (tapped.id === undefined || tapped.source === undefined)
        throw new Unplayable(`nothing called "${title}" can be tapped`);
      return { type: "choice", title, id: tapped.id, source: tapped.source };
    }
    case "media": {
      const { mime_type: type, data, ...words } = content;
      const file = new Blob([Buffer.from(data, "base64")], { type });
      return { ...words, file_id: await desk.keepFile(file, content.file_name) };
    }
    case "reaction": {
      const to = lastSent().external_id;
      return { type: "reaction", to, ...(content.emoji !== undefined && { emoji: content.emoji }) };
    }
    case "text":
    case "location":
    case "contact":
      return content;
  }
}
