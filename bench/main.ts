import { parseArgs } from "node:util";
import { describeMachine } from "../test/proof/machine.ts";
import { mergeFigures, readFigures, writeFigures } from "./figures.ts";
import { tell } from "./measure.ts";
import { writeAims } from "./proof.ts";
import { textOf, writeSection } from "./report.ts";
import { writeScaling } from "./scaling.ts";
import { listSections } from "./sections.ts";
import { openWorld } from "./world.ts";

/**
 * Run as `npm run bench`, or `npm run bench -- pacing campaign` for some parts alone. `--seconds 60` lengthens what takes its
 * time, `--rows` is the size of the history, `--big` adds a campaign of a million recipients; `--quick` does a tenth of
 * everything and keeps no results. `--documents` writes the documents again from the figures of earlier runs.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "30" },
    rows: { type: "string", default: "10000000" },
    big: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    documents: { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds);
const rows = Number(values.rows);
const sections = listSections({ seconds, rows, isBig: values.big });

const names = positionals.length > 0 ? positionals : [...sections.keys()];
const unknown = names.filter((name) => !sections.has(name));
if (unknown.length > 0 || !(seconds > 0) || !(rows > 0)) {
  process.stderr.write(`there are: ${[...sections.keys()].join(", ")}\n`);
  process.exit(2);
}

/** What was given on the command line, so that the documents say how a figure is obtained. */
const command = ["npm run bench", process.argv.slice(2).join(" ")].filter(Boolean).join(" -- ");

async function runAll(): Promise<void> {
  const world = await openWorld({ isQuick: values.quick });
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void world.close().finally(() => process.exit(130)));
  try {
    for (const name of names) {
      const began = performance.now();
      const section = await sections.get(name)?.(world);
      if (section === undefined) continue;
      process.stdout.write(`${textOf(section)}\n\n`);
      tell(`${name}: ${Math.round((performance.now() - began) / 1_000)} s`);
      if (values.quick) continue;
      writeSection(section, world.databases);
      const run = { command, facts: [...describeMachine(), `PostgreSQL: ${world.databases}`] };
      writeFigures(mergeFigures(readFigures(), section.figures ?? {}, run));
    }
  } finally {
    await world.close();
  }
}

if (!values.documents) await runAll();
if (!values.quick) {
  await writeAims(readFigures());
  await writeScaling(readFigures());
}
