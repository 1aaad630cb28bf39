import { parseArgs } from "node:util";
import { table, writeProof } from "../proof/document.ts";
import { type Fault, type FaultFigures, FULL, isPassed, SHORT } from "./fault.ts";
import { FAULTS } from "./index.ts";

/**
 * Run as `npm run faults`, or `npm run faults -- T1 T6` for some alone; `--short` does as little of each as shows that it
 * works. A full run of all of them writes `docs/proof/faults.md`.
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

interface Outcome {
  readonly fault: Fault;
  readonly figures?: FaultFigures;
  /** Why it was not run. */
  readonly missing?: string;
}

async function runOne(fault: Fault): Promise<Outcome> {
  const missing = fault.missing?.();
  if (missing !== undefined) return { fault, missing };
  const began = performance.now();
  const figures = await fault.run(size);
  const seconds = Math.round((performance.now() - began) / 1_000);
  const word = isPassed(fault, figures) ? "passed" : "FAILED";
  const { lost, duplicated, outOfOrder } = figures;
  process.stdout.write(
    `${fault.id} ${fault.title}: ${word} in ${seconds} s (lost ${lost}, duplicated ${duplicated}, out of order ${outOfOrder})\n`,
  );
  for (const { text, isMet } of figures.marks)
    if (!isMet) process.stdout.write(`  not met: ${text}\n`);
  return { fault, figures };
}

const outcomes: Outcome[] = [];
for (const fault of chosen) outcomes.push(await runOne(fault));

const verdict = ({ fault, figures }: Outcome): string => {
  if (figures === undefined) return "not run";
  return isPassed(fault, figures) ? "held" : "**broken**";
};

const row = (outcome: Outcome): readonly (string | number)[] => {
  const { fault, figures, missing } = outcome;
  if (figures === undefined)
    return [fault.id, fault.title, `not run: ${missing}`, "", "", "", "", "", ""];
  const { rounds, acknowledged, lost, duplicated, outOfOrder, recoveryMs } = figures;
  return [
    fault.id,
    fault.title,
    rounds,
    acknowledged,
    lost,
    duplicated,
    outOfOrder,
    recoveryMs === undefined ? "–" : Math.round(recoveryMs),
    verdict(outcome),
  ];
};

const HEAD = [
  "no.",
  "fault",
  "rounds",
  "acknowledged",
  "lost",
  "duplicated",
  "out of order",
  "recovery, ms",
  "promises",
];

function details({ fault, figures }: Outcome): readonly string[] {
  if (figures === undefined) return [];
  const marks = figures.marks.map(({ text, isMet }) => `${isMet ? "met" : "**not met**"}: ${text}`);
  return [
    `**${fault.id}** ${fault.title}`,
    "",
    ...[...marks, ...(figures.notes ?? [])].map((one) => `- ${one}`),
    "",
  ];
}

if (!values.short && positionals.length === 0) {
  const isControl = ({ fault }: Outcome): boolean => fault.isControl === true;
  await writeProof({
    name: "faults",
    title: "Faults survived",
    command: "npm run faults",
    introduction: [
      "Each fault is set upon the bridge while a stand-in of the provider sends, and sends again exactly as that provider does.",
      "Afterwards the database and the stand-ins are audited. Everything runs on one machine, over the loopback interface.",
    ],
    sections: [
      { title: "Faults", lines: table(HEAD, outcomes.filter((one) => !isControl(one)).map(row)) },
      {
        title: "Negative controls",
        lines: [
          "A wrong bridge each, set upon by the same faults and counted by the same audit. They have to break a promise: otherwise",
          "the zeros above would say nothing.",
          "",
          ...table(HEAD, outcomes.filter(isControl).map(row)),
        ],
      },
      { title: "Marks and notes", lines: outcomes.flatMap(details) },
    ],
  });
}
const failed = outcomes.filter(
  ({ fault, figures }) => figures !== undefined && !isPassed(fault, figures),
);
process.stdout.write(`${outcomes.length - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
