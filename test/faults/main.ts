import { parseArgs } from "node:util";
import { writeProof } from "../proof/document.ts";
import { describeMachine } from "../proof/machine.ts";
import { type Fault, type FaultFigures, FULL, isPassed, SHORT } from "./fault.ts";
import { FAULTS } from "./index.ts";
import { keepOutcome, readOutcomes } from "./kept.ts";
import { faultsDocument } from "./report.ts";

/**
 * Run as `npm run faults`, or `npm run faults -- T1 T6` for some alone; `--short` does as little of each as shows that it
 * works. Full runs write their rows of `docs/proof/faults.md`, and leave those of other faults as they are.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: "boolean", default: false } },
});
const size = values.short ? SHORT : FULL;
const chosen = FAULTS.filter(({ id }) => positionals.length === 0 || positionals.includes(id));
const unknown = positionals.filter((id) => !FAULTS.some((fault) => fault.id === id));
if (unknown.length > 0) {
  process.stderr.write(`there are: ${FAULTS.map(({ id }) => id).join(", ")}\n`);
  process.exit(2);
}
// Before anything is written: the outcomes themselves change what is in the folder.
const source = {
  command: ["npm run faults", ...(positionals.length > 0 ? ["--", ...positionals] : [])].join(" "),
  facts: [...describeMachine()],
};

interface Outcome {
  readonly figures?: FaultFigures;
  /** Why there are no figures. */
  readonly reason?: string;
  readonly isPassed: boolean;
}

async function runOne(fault: Fault): Promise<Outcome> {
  const missing = fault.missing?.();
  if (missing !== undefined) return { reason: `not run: ${missing}`, isPassed: true };
  try {
    const figures = await fault.run(size);
    return { figures, isPassed: isPassed(fault, figures) };
  } catch (error) {
    process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
    return { reason: "**did not come to an end**", isPassed: false };
  }
}

function tell(
  { id, title }: Fault,
  { figures, reason, isPassed: passed }: Outcome,
  seconds: number,
): void {
  const counts =
    figures === undefined
      ? reason
      : `lost ${figures.lost}, duplicated ${figures.duplicated}, out of order ${figures.outOfOrder}`;
  process.stdout.write(
    `${id} ${title}: ${passed ? "passed" : "FAILED"} in ${seconds} s (${counts})\n`,
  );
  for (const { text, isMet } of figures?.marks ?? [])
    if (!isMet) process.stdout.write(`  not met: ${text}\n`);
}

let failed = 0;
for (const fault of chosen) {
  const began = performance.now();
  const outcome = await runOne(fault);
  tell(fault, outcome, Math.round((performance.now() - began) / 1_000));
  if (!outcome.isPassed) failed += 1;
  if (values.short) continue;
  const { figures, reason } = outcome;
  keepOutcome(fault.id, {
    ...source,
    ...(figures !== undefined && { figures }),
    ...(reason !== undefined && { reason }),
  });
  await writeProof(faultsDocument(FAULTS, readOutcomes()));
}
process.stdout.write(`${chosen.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
