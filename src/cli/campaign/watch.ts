import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { ApiRefusal } from "../api-answer.ts";
import type { ApiClient } from "../api.ts";
import type { CommandModule } from "../command.ts";
import type { CliContext } from "../context.ts";
import { CliError } from "../failure.ts";
import { figuresLine, funnelText } from "./funnel-text.ts";
import { type Campaign, campaign } from "./rows.ts";

/** How often a campaign is asked for, and how often a line is written where nothing else happens, milliseconds. */
const ASK_MS = 1_000;
const LINE_MS = 5_000;

/** How many calls in a row may fail once one was answered: a bridge that is restarted is back before. */
const PATIENCE = 60;

type WatchContext = Pick<CliContext, "output" | "terminal" | "signal">;

/** Draws over what it has drawn before. */
function createScreen(stdout: NodeJS.WriteStream) {
  let drawn = 0;
  return (text: string): void => {
    const up = drawn === 0 ? "" : `\u001b[${drawn}A`;
    stdout.write(`${up}\u001b[0J${text}\n`);
    drawn = heightOf(text, stdout.columns);
  };
}

/** Lines of a screen that a text takes, the broken ones among them; some terminals say that they have no columns at all. */
function heightOf(text: string, columns: number): number {
  const width = columns > 0 ? columns : Number.POSITIVE_INFINITY;
  const plain = stripVTControlCharacters(text);
  return plain
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / width)), 0);
}

const isOver = ({ state }: Campaign): boolean => state === "done" || state === "cancelled";

/** Asks until it is answered, or as often as there is patience. */
async function ask(
  api: ApiClient,
  id: string,
  { output, signal }: WatchContext,
  patience: number,
): Promise<Campaign> {
  for (let failed = 1; ; failed += 1) {
    try {
      return await api.get(`/campaigns/${encodeURIComponent(id)}`, campaign);
    } catch (error) {
      const passes = !(error instanceof ApiRefusal) || error.status >= 500 || error.status === 429;
      if (signal.aborted || !passes || failed > patience) throw error;
      if (failed === 1) output.note("The bridge does not answer; waiting for it.");
      await sleep(ASK_MS, undefined, { signal });
    }
  }
}

/** Shows figures: drawn over one another on a terminal, elsewhere a line where the state changes and every five seconds. */
function createView({ output, terminal }: WatchContext) {
  const draw = createScreen(terminal.stdout);
  const isDrawn = terminal.stdout.isTTY && !output.isJson;
  let last = { at: Number.NEGATIVE_INFINITY, state: "" };
  return (now: Campaign): void => {
    if (isDrawn) {
      draw(funnelText(now, output.paint));
      return;
    }
    const at = performance.now();
    if (now.state === last.state && at - last.at < LINE_MS) return;
    last = { at, state: now.state };
    output.line({ at: new Date().toISOString(), ...now }, () => figuresLine(now));
  };
}

/** Where nobody sits, nobody resumes what has paused by itself: the watching would have no end. */
function endUnattended({ id, state, pause }: Campaign, { terminal }: WatchContext): void {
  if (terminal.stdout.isTTY || state !== "paused" || pause === null) return;
  if (pause.reason === "operator") return;
  throw new CliError(`the campaign has paused by itself: ${pause.reason}`, {
    advice: `${pause.hint ?? "look at its failures"}; \`ponte campaign resume ${id}\` lets it go on`,
  });
}

async function follow(api: ApiClient, id: string, context: WatchContext): Promise<Campaign> {
  const show = createView(context);
  for (let patience = 0; ; patience = PATIENCE) {
    const now = await ask(api, id, context, patience);
    if (now.state === "draft")
      throw new CliError("it was not started yet", {
        advice: `\`ponte campaign start ${id}\` starts it`,
      });
    show(now);
    if (isOver(now)) return now;
    endUnattended(now, context);
    await sleep(ASK_MS, undefined, { signal: context.signal });
  }
}

/** Shows a campaign's figures until it is over. Ctrl-C ends the watching and leaves the campaign as it is. */
export async function watchCampaign(
  api: ApiClient,
  id: string,
  context: WatchContext,
): Promise<void> {
  try {
    const { state } = await follow(api, id, context);
    if (state === "cancelled") throw new CliError("the campaign was cancelled");
  } catch (error) {
    if (context.signal.aborted)
      context.output.note(
        `\nNo longer watching. The campaign goes on; \`ponte campaign pause ${id}\` stops it.`,
      );
    throw error;
  }
}

/** `ponte campaign watch`. */
export const watchCommand: CommandModule = (command, context) => {
  command
    .command("watch <id>")
    .description(
      "follow the figures of a campaign until it is finished; Ctrl-C stops the watching alone",
    )
    .action((id) => watchCampaign(context.api(), id, context));
};
