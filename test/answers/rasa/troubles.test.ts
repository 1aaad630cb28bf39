import { afterEach, describe, expect, test } from "@jest/globals";
import type { Answer } from "../../../src/answers/backend.ts";
import { rasa } from "../../../src/answers/rasa/index.ts";
import { BridgeError } from "../../../src/errors.ts";
import { type RasaBot, type RasaFault, type RasaStandin, startRasa } from "../../standins/rasa.ts";
import { questionWith, recordingContext } from "../question.ts";
import { toolsWith } from "../tools.ts";

/**
 * What a Rasa server answers when something is wrong with it, as observed with its own channel code, and what the bridge
 * makes of each.
 */

let server: RasaStandin;
afterEach(() => server.close());

const said: RasaBot = () => [{ text: "até aqui" }];
const nothing: RasaBot = () => [];
const crash: RasaBot = () => {
  throw new Error("an action failed");
};

interface Row {
  readonly label: string;
  readonly bot?: RasaBot;
  readonly fault?: RasaFault;
  readonly want: Answer["outcome"] | BridgeError["code"];
}

const status = (code: number): RasaFault => ({ kind: "status", status: code });

const ROWS: readonly Row[] = [
  { label: "an exception after a message leaves that message", bot: said, want: "answered" },
  { label: "an exception before any message leaves nothing", bot: crash, want: "no_answer" },
  { label: "a turn cut by its own time limit leaves what was said", bot: said, want: "answered" },
  { label: "a conversation whose lock was not to be had", bot: nothing, want: "no_answer" },
  { label: "a server without a model", bot: nothing, want: "no_answer" },
  { label: "an action server that is down, the bot going on", bot: said, want: "answered" },
  { label: "an action server that is down, the bot silent", bot: nothing, want: "no_answer" },
  { label: "invalid JSON, as it calls it", fault: status(400), want: "answer_refused" },
  { label: "a body it cannot use", fault: status(500), want: "answer_refused" },
  { label: "a method it does not know", fault: status(405), want: "answer_refused" },
  { label: "an unknown channel", fault: status(404), want: "answer_refused" },
  { label: "a proxy before a Rasa that starts", fault: status(503), want: "answer_unreachable" },
  { label: "a proxy's page with status 200", fault: { kind: "html" }, want: "answer_unreadable" },
  { label: "a turn that never ends", fault: { kind: "hang" }, want: "answer_timeout" },
];

describe.each([{ stream: false }, { stream: true }])(
  "Rasa in trouble, stream $stream",
  ({ stream }) => {
    test.each(ROWS)("$label: $want", async ({ bot, fault, want }) => {
      server = await startRasa(bot);
      if (fault !== undefined) server.script(fault);
      const backend = rasa.configure({ url: server.url, timeout_ms: 500, stream }, toolsWith());
      const asked = backend.answer(questionWith(), recordingContext());
      const outcome = await asked.then(
        (answer) => answer.outcome,
        (error: unknown) => (error instanceof BridgeError ? error.code : "unnamed"),
      );
      expect(outcome).toBe(want);
    });
  },
);
