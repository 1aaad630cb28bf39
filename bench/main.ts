import { parseArgs } from "node:util";
import { measureApi } from "./api.ts";
import { measureCampaign } from "./campaign.ts";
import { measurePages } from "./pages.ts";
import { measurePacing } from "./pacing.ts";
import { type Section, textOf, writeSection } from "./report.ts";
import { measureWebhooks } from "./webhooks.ts";
import { openWorld, type World } from "./world.ts";

/**
 * Run as `npm run bench`, or `npm run bench -- pacing campaign` for some parts alone. `--seconds 10` shortens what takes its
 * time, `--big` adds a campaign of a million recipients; `--quick` does a tenth of everything and keeps no results.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    big: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds);

const sections = new Map<string, (world: World) => Promise<Section>>([
  ["webhooks", measureWebhooks],
  ["api", measureApi],
  ["campaign", (world) => measureCampaign(world, { seconds, isBig: values.big })],
  ["pages", measurePages],
  ["pacing", (world) => measurePacing(world, { seconds })],
]);

const names = positionals.length > 0 ? positionals : [...sections.keys()];
const unknown = names.filter((name) => !sections.has(name));
if (unknown.length > 0 || !(seconds > 0)) {
  process.stderr.write(`there are: ${[...sections.keys()].join(", ")}\n`);
  process.exit(2);
}
const world = await openWorld({ isQuick: values.quick });
try {
  for (const name of names) {
    const section = await sections.get(name)?.(world);
    if (section === undefined) continue;
    process.stdout.write(`${textOf(section)}\n`);
    if (!values.quick) writeSection(section);
  }
} finally {
  await world.close();
}
