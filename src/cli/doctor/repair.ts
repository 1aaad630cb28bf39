import type { CliContext } from "../context.ts";
import { messageOf } from "../failure.ts";
import type { Check } from "./check.ts";

/** What became of one repair. */
export interface Repaired {
  readonly what: string;
  readonly outcome: "done" | "failed" | "skipped";
  readonly detail?: string;
}

/** Puts right what can be, one after the other; asks before what others would notice. */
export async function repairAll(
  checks: readonly Check[],
  { output, confirm, options, terminal, signal }: CliContext,
): Promise<readonly Repaired[]> {
  const done: Repaired[] = [];
  const mayAsk = options.yes || terminal.stdin.isTTY;
  for (const { repair } of checks) {
    if (repair === undefined) continue;
    signal.throwIfAborted();
    const { what, question, run } = repair;
    if (question !== undefined && !mayAsk) {
      done.push({ what, outcome: "skipped", detail: "nobody to ask: give --yes" });
      continue;
    }
    if (question !== undefined && !(await confirm(question))) {
      done.push({ what, outcome: "skipped" });
      continue;
    }
    done.push(
      await run().then(
        (): Repaired => ({ what, outcome: "done" }),
        (error: unknown): Repaired => ({ what, outcome: "failed", detail: messageOf(error) }),
      ),
    );
  }
  for (const { what, outcome, detail } of done)
    output.note(`${outcome}: ${what}${detail === undefined ? "" : ` (${detail})`}`);
  return done;
}
