import { type ProofDocument, table } from "../proof/document.ts";
import { sourceRows } from "../proof/sources.ts";
import { type Fault, isPassed } from "./fault.ts";
import type { KeptOutcome, KeptOutcomes } from "./kept.ts";

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

interface Line {
  readonly fault: Fault;
  readonly outcome: KeptOutcome | undefined;
}

function row({ fault, outcome }: Line): readonly (string | number)[] {
  const figures = outcome?.figures;
  if (figures === undefined)
    return [fault.id, fault.title, "", "", "", "", "", "", outcome?.reason ?? "not run"];
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
    isPassed(fault, figures)
      ? fault.isControl === true
        ? "broken, as they must be"
        : "held"
      : "**failed**",
  ];
}

function details({ fault, outcome }: Line): readonly string[] {
  if (outcome?.figures === undefined) return [];
  const { marks, notes = [] } = outcome.figures;
  const lines = [
    ...marks.map(({ text, isMet }) => `${isMet ? "met" : "**not met**"}: ${text}`),
    ...notes,
  ];
  return [`**${fault.id}** ${fault.title}`, "", ...lines.map((line) => `- ${line}`), ""];
}

/** The document of all faults, each as its last full run left it. */
export function faultsDocument(faults: readonly Fault[], kept: KeptOutcomes): ProofDocument {
  const lines = faults.map((fault): Line => ({ fault, outcome: kept[fault.id] }));
  const isControl = ({ fault }: Line): boolean => fault.isControl === true;
  return {
    name: "faults",
    title: "Faults survived",
    command: "npm run faults",
    introduction: [
      "Each fault is set upon the bridge while a stand-in of the provider sends, and sends again exactly as that provider does.",
      "Afterwards the database and the stand-ins are audited. Everything runs on one machine, over the loopback interface.",
    ],
    sections: [
      { title: "Faults", lines: table(HEAD, lines.filter((line) => !isControl(line)).map(row)) },
      {
        title: "Negative controls",
        lines: [
          "A wrong bridge each, set upon by the same faults and counted by the same audit. They have to break a promise: otherwise",
          "the zeros above would say nothing.",
          "",
          ...table(HEAD, lines.filter(isControl).map(row)),
        ],
      },
      { title: "Marks and notes", lines: lines.flatMap(details) },
      {
        title: "Where each row is from",
        lines: table(["faults", "command", "run with"], sourceRows(kept)),
      },
    ],
  };
}
