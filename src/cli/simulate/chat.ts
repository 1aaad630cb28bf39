import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { CliContext } from "../context.ts";
import { CliError } from "../failure.ts";
import { ticksOf } from "../send/follow.ts";
import { bubbleOf, type Desk, type Message } from "./desk.ts";
import { type Choice, choicesOf, drawBubble } from "./picture.ts";

/** How often the bridge is asked, and how long an answer and its ticks are waited for, milliseconds. */
const ASK_MS = 120;
const ANSWER_MS = 90_000;
const TICKS_MS = 1_500;

const HELP = [
  "Write what the person says. A number taps what is numbered; =7 says 7 itself.",
  ":clock 25  makes it so that the person last wrote 25 hours ago",
  ":reset     forgets the person and begins anew",
  ":help      shows this; :quit or Ctrl-D ends",
].join("\n");

/** What was shown of the conversation by now. */
interface Shown {
  /** By our id, the status whose ticks were shown. */
  readonly statuses: Map<string, string>;
  choices: readonly Choice[];
}

type Chat = Pick<CliContext, "output" | "signal"> & { readonly desk: Desk; readonly shown: Shown };

/** Talks with the bot on the terminal, line by line, until the input ends. Piped lines are said one after the other. */
export async function chat(desk: Desk, { terminal, output, signal }: CliContext): Promise<void> {
  const { stdin, stderr } = terminal;
  const chatting: Chat = { desk, output, signal, shown: { statuses: new Map(), choices: [] } };
  const isTyped = stdin.isTTY;
  output.note(`${desk.line.title}, as ${desk.person}. :help says what can be done.`);
  const lines = createInterface({ input: stdin, output: stderr, terminal: isTyped, prompt: "> " });
  // A terminal in raw mode tells of Ctrl-C here instead of sending the signal that everything else listens for.
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  signal.addEventListener("abort", () => lines.close(), { once: true });
  if (isTyped) lines.prompt();
  for await (const line of lines) {
    if (line.trim() === ":quit") break;
    if (line.trim() !== "") await attempt(() => handle(line.trim(), chatting), isTyped, output);
    if (signal.aborted) break;
    if (isTyped) lines.prompt();
  }
  lines.close();
  signal.throwIfAborted();
}

/** Whoever types is told what went wrong and goes on; a piped conversation that went wrong is over. */
async function attempt(
  work: () => Promise<void>,
  isTyped: boolean,
  { note }: Pick<CliContext["output"], "note">,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isTyped || !(error instanceof CliError)) throw error;
    note([error.message, ...(error.advice === undefined ? [] : [error.advice])].join("\n  "));
  }
}

async function handle(line: string, chatting: Chat): Promise<void> {
  const { desk, output, shown } = chatting;
  if (line === ":help") return output.note(HELP);
  if (line === ":reset") {
    await desk.reset();
    shown.statuses.clear();
    shown.choices = [];
    return output.note("The person is forgotten: what comes next is their first message.");
  }
  const [, hours] = /^:clock (\d{1,3})$/.exec(line) ?? [];
  if (hours !== undefined) {
    await desk.moveClock(Number(hours));
    return output.note(`The person last wrote ${hours} hours ago.`);
  }
  if (line.startsWith(":")) return output.note(`${line} is no command.\n${HELP}`);
  await talk(contentOf(line, shown.choices), chatting);
}

/** What a line says: a tap where it is the number of a choice, else its text. */
export function contentOf(line: string, choices: readonly Choice[]) {
  const chosen = /^\d{1,3}$/.test(line)
    ? choices.find(({ number }) => number === Number(line))
    : undefined;
  if (chosen === undefined)
    return { type: "text", text: /^=\d+$/.test(line) ? line.slice(1) : line } as const;
  const { id, title, source } = chosen;
  return { type: "choice", source, id, title } as const;
}

async function talk(content: ReturnType<typeof contentOf>, chatting: Chat): Promise<void> {
  const { desk, output, signal } = chatting;
  if (content.type === "choice") output.note(`(tapped ${content.title})`);
  const said = await desk.say(content);
  const end = performance.now() + ANSWER_MS;
  const first = new Set(chatting.shown.statuses.keys());
  for (;;) {
    const turn = await desk.turnOf(said);
    show(await desk.refresh(), first, chatting);
    if (turn.deadReason !== null)
      return output.note(
        `The bridge gave this message up: ${turn.deadReason}. See the dead letters.`,
      );
    if (turn.isOver) break;
    if (performance.now() > end)
      throw new CliError("there is no answer yet", {
        advice: `\`ponte explain ${said}\` shows how far it is`,
      });
    await sleep(ASK_MS, undefined, { signal });
  }
  await showTicks(first, chatting);
}

/** Waits a moment for the ticks of what was just said. */
async function showTicks(first: ReadonlySet<string>, chatting: Chat): Promise<void> {
  const { desk, output, signal, shown } = chatting;
  const end = performance.now() + TICKS_MS;
  const last = desk.line.features.reads ? "read" : "delivered";
  for (;;) {
    show(await desk.refresh(), first, chatting);
    const fresh = [...shown.statuses].filter(([id]) => !first.has(id));
    const isDone = fresh.every(([, status]) => status === last || status === "failed");
    if (isDone || performance.now() > end) {
      const words = [...new Set(fresh.map(([, status]) => ticksOf(status)))];
      output.note(words.length === 0 ? "(the bot says nothing)" : words.join(", "));
      return;
    }
    await sleep(ASK_MS, undefined, { signal });
  }
}

/** Shows what is new. The choices of one answer are numbered on, and typed numbers mean the last answer's. */
function show(messages: readonly Message[], first: ReadonlySet<string>, chatting: Chat): void {
  const { desk, output, shown } = chatting;
  const answer = messages.filter(({ id }) => !first.has(id));
  for (const [index, one] of answer.entries()) {
    const isNew = !shown.statuses.has(one.id);
    shown.statuses.set(one.id, one.status);
    if (!isNew) continue;
    const before = choicesOf(answer.slice(0, index).map((other) => bubbleOf(other, desk.line)));
    const bubble = bubbleOf(one, desk.line);
    output.line({ id: one.id, status: one.status, bubble, notes: one.notes }, () =>
      drawBubble(bubble, before.length + 1).join("\n"),
    );
  }
  if (answer.length > 0) shown.choices = choicesOf(answer.map((one) => bubbleOf(one, desk.line)));
}
