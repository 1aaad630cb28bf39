import { type ProofSection, table } from "../proof/document.ts";
import { commonSlope, growthOf } from "./memory.ts";
import type { SoakResult } from "./soak.ts";
import type { TableSize } from "./tables.ts";

/** What was asked for. */
export interface Wanted {
  readonly minutes: number;
  readonly perSecond: number;
}

/** Whether there was something, nothing of it was lost, doubled or out of order, and every status arrived. */
export const isSound = ({ audit, unread }: Pick<SoakResult, "audit" | "unread">): boolean =>
  audit.acknowledged > 0 && audit.lost + audit.duplicated + audit.outOfOrder + unread === 0;

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function promises(result: SoakResult, { perSecond }: Wanted): readonly string[] {
  const { audit, unread, stretches, restSeconds, slowestTakenMs, answers } = result;
  const reached = meanOf(
    stretches.map(
      ({ messagesPerSecond, statusesPerSecond }) => messagesPerSecond + statusesPerSecond,
    ),
  );
  const counts = [...answers].map(([status, count]) => `${count} × ${status || "no answer"}`);
  return [
    ...table(
      ["acknowledged", "lost", "duplicated", "out of order", "statuses missing"],
      [[audit.acknowledged, audit.lost, audit.duplicated, audit.outOfOrder, unread]],
    ),
    "",
    `- ${Math.round(reached)} webhooks/s were taken on average, faults included; ${perSecond} were asked for`,
    `- the slowest acknowledgement took ${Math.round(slowestTakenMs)} ms; answers to the sender's tries: ${counts.join(", ")}`,
    `- everything was answered ${restSeconds.toFixed(1)} s after the last webhook`,
    `- ${audit.uncertain} answers were sent again after they had been marked as uncertain, ${audit.askedAgain} questions asked again, ${audit.shown} messages shown as given up`,
    ...audit.examples.map((example) => `- ${example}`),
  ];
}

function memory({ samples }: SoakResult): readonly string[] {
  const common = commonSlope(samples);
  const growth = growthOf(samples);
  const said =
    common === undefined
      ? "No process lived long enough to tell."
      : `Over all processes: **${common.toFixed(2)} MB a minute**.`;
  return [
    "Resident memory of the bridge, every second; the nearest straight line (least squares) of each process between its restarts,",
    `without its first half minute. ${said}`,
    "",
    ...table(
      ["process", "minutes", "from, MB", "to, MB", "MB a minute"],
      growth.map(({ minutes, fromMb, toMb, slope }, n) => [
        n + 1,
        minutes.toFixed(1),
        Math.round(fromMb),
        Math.round(toMb),
        slope.toFixed(2),
      ]),
    ),
  ];
}

/** Smaller ones say nothing. */
const SHOWN_MB = 1;

function bloat({ before, after }: SoakResult): readonly string[] {
  const was = new Map(before.map((one) => [one.table, one]));
  const row = ({ table: name, megabytes, live, dead }: TableSize) => [
    name,
    (was.get(name)?.megabytes ?? 0).toFixed(1),
    megabytes.toFixed(1),
    live,
    dead,
    `${((100 * dead) / Math.max(1, live + dead)).toFixed(1)} %`,
  ];
  return [
    "With indexes; dead rows are those that nobody sees any more and no vacuum has removed yet.",
    "",
    ...table(
      ["table", "MB before", "MB after", "rows", "dead rows", "dead"],
      after.filter(({ megabytes }) => megabytes >= SHOWN_MB).map(row),
    ),
  ];
}

function byStretch({ stretches }: SoakResult): readonly string[] {
  return table(
    ["until minute", "fault", "messages/s", "statuses/s", "unanswered at its end", "MB"],
    stretches.map((stretch) => [
      stretch.minute.toFixed(1),
      stretch.fault,
      Math.round(stretch.messagesPerSecond),
      Math.round(stretch.statusesPerSecond),
      stretch.unanswered,
      Math.round(stretch.megabytes),
    ]),
  );
}

/** The parts of the document. */
export function soakSections(result: SoakResult, wanted: Wanted): readonly ProofSection[] {
  return [
    { title: "Promises", lines: promises(result, wanted) },
    { title: "Memory", lines: memory(result) },
    { title: "Tables", lines: bloat(result) },
    { title: "Faults", lines: byStretch(result) },
  ];
}
