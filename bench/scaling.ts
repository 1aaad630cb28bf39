import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import type { FigureName } from "./aims.ts";
import { type KeptFigures, valueOf } from "./figures.ts";

const FILE = new URL("../docs/scaling.md", import.meta.url);

/** A row of the table: what was measured, the figures in it, and how they are said. */
interface Row {
  readonly what: string;
  readonly figures: readonly FigureName[];
  readonly say: (...values: readonly number[]) => string;
}

const whole =
  (unit: string) =>
  (value = 0): string =>
    `${Math.round(value)} ${unit}`;
const percent = (value = 0): string => `error ${value.toFixed(2)} %`;

const ROWS: readonly Row[] = [
  {
    what: "webhooks verified, durable and queued, PostgreSQL",
    figures: ["ingestion.perSecond"],
    say: whole("per second"),
  },
  {
    what: "the same, embedded database",
    figures: ["ingestion.embeddedPerSecond"],
    say: whole("per second"),
  },
  {
    what: "their acknowledgement, PostgreSQL, median and 99th percentile",
    figures: ["ingestion.p50Ms", "ingestion.p99Ms"],
    say: (p50 = 0, p99 = 0) => `${p50.toFixed(1)} and ${p99.toFixed(1)} ms`,
  },
  {
    what: "full loop (webhook, database, bot, provider), PostgreSQL",
    figures: ["loop.perSecond"],
    say: whole("replies per second"),
  },
  {
    what: "full loop, embedded database",
    figures: ["loop.embeddedPerSecond"],
    say: whole("replies per second"),
  },
  {
    what: "added by the bridge at 100 webhooks a second, median and 99th percentile",
    figures: ["latency.p50Ms", "latency.p99Ms"],
    say: (p50 = 0, p99 = 0) => `${p50.toFixed(1)} and ${p99.toFixed(1)} ms`,
  },
  {
    what: "answering a queue of 100000",
    figures: ["queue.drainPerSecond"],
    say: whole("replies per second"),
  },
  {
    what: "`POST /messages` accepted by one process",
    figures: ["api.acceptedPerSecond"],
    say: whole("per second"),
  },
  {
    what: "accepted and sent by the same process",
    figures: ["api.sentPerSecond"],
    say: whole("per second"),
  },
  {
    what: "campaign of one process over four accounts",
    figures: ["campaign.perSecond"],
    say: whole("per second"),
  },
  {
    what: "two processes keeping 1000 a second",
    figures: ["pacing.fastError"],
    say: percent,
  },
  { what: "two processes keeping 80 a second", figures: ["pacing.slowError"], say: percent },
  {
    what: "reading a long list of recipients",
    figures: ["campaign.readPerSecond"],
    say: whole("per second"),
  },
  {
    what: "memory of the process while it sends to them, peak",
    figures: ["campaign.peakMb"],
    say: whole("MB"),
  },
];

const BEGIN = "<!-- figures: npm run bench -->";
const END = "<!-- end of the figures -->";

/** The page with the table of what was measured; a row whose figures are not known is left out. Throws without a place for it. */
export function withFigures(page: string, figures: KeptFigures): string {
  const [before, rest] = page.split(BEGIN);
  const [, after] = (rest ?? "").split(END);
  if (before === undefined || after === undefined)
    throw new Error("the page has no place for figures");
  const rows = ROWS.flatMap(({ what, figures: names, say }) => {
    const values = names.flatMap((name) => valueOf(figures, name) ?? []);
    return values.length < names.length ? [] : [`| ${what} | ${say(...values)} |`];
  });
  if (rows.length === 0) return page;
  const table = ["| what | figure |", "|---|---|", ...rows].join("\n");
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}

/** Puts the figures into `docs/scaling.md`. */
export async function writeScaling(figures: KeptFigures): Promise<void> {
  const page = withFigures(readFileSync(FILE, "utf8"), figures);
  writeFileSync(FILE, await format(page, { parser: "markdown", proseWrap: "preserve" }));
}
