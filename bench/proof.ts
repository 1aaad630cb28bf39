import { proofText, table, writeProof } from "../test/proof/document.ts";
import { sourceRows } from "../test/proof/sources.ts";
import { type Aim, AIMS, figureText, isMet, limitText } from "./aims.ts";
import { type KeptFigures, valueOf } from "./figures.ts";

const verdictOf = (aim: Aim, value: number | undefined): string => {
  if (value === undefined) return "not measured";
  return isMet(aim, value) ? "met" : "**not met**";
};

function aimRow(aim: Aim, figures: KeptFigures): readonly string[] {
  const value = valueOf(figures, aim.figure);
  const shown = value === undefined ? "–" : figureText(aim, value);
  return [aim.what, limitText(aim), shown, verdictOf(aim, value)];
}

/** The aims that were missed, with where their time goes: those that one thing explains together. */
function gapLines(figures: KeptFigures): readonly string[] {
  const missed = AIMS.filter((aim) => {
    const value = valueOf(figures, aim.figure);
    return value !== undefined && !isMet(aim, value);
  });
  if (Object.keys(figures).length === 0) return ["Nothing was measured yet."];
  if (missed.length === 0) return ["Every aim that was measured is met."];
  const shared = Map.groupBy(missed, ({ gap }) => gap ?? "not explained yet");
  return [...shared].flatMap(([gap, aims]) => [
    ...aims.map(
      (aim) =>
        `- **${aim.what}**: ${figureText(aim, valueOf(figures, aim.figure) ?? 0)}, aim ${limitText(aim)}`,
    ),
    "",
    `${gap[0]?.toUpperCase() ?? ""}${gap.slice(1)}.`,
    "",
  ]);
}

const documentOf = (figures: KeptFigures) => ({
  name: "bench",
  title: "Aims of the benchmark",
  command: "npm run bench",
  introduction: [
    "What the bridge is to reach on two shared cores, and what it reached: load, bridge, PostgreSQL, bot and provider stand-ins run",
    "on the same two cores, over the loopback interface. All tables: [bench/results.md](../../bench/results.md).",
  ],
  sections: [
    {
      title: "Aims",
      lines: table(
        ["what", "aim", "measured", ""],
        AIMS.map((aim) => aimRow(aim, figures)),
      ),
    },
    { title: "What is missing, and why", lines: gapLines(figures) },
    {
      title: "Where each figure is from",
      lines: table(["figures", "command", "measured with"], sourceRows(figures)),
    },
  ],
});

/** The document of the aims, as text. */
export const aimsText = (figures: KeptFigures): Promise<string> => proofText(documentOf(figures));

/** Writes `docs/proof/bench.md`: a row for each aim, and a reason for each that is not met. */
export const writeAims = (figures: KeptFigures): Promise<void> => writeProof(documentOf(figures));
