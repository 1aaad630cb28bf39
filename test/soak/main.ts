import { parseArgs } from "node:util";
import { isSound, soakSections } from "./document.ts";
import { writeProof } from "../proof/document.ts";
import { soak } from "./soak.ts";

/**
 * Run as `npm run soak`; `-- --minutes 1 --rate 200` for a short one, `--every 10` for a fault every ten seconds. A run of ten minutes or more writes
 * `docs/proof/soak.md`. Ends with 1 where a promise was broken.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    rate: { type: "string", default: "2000" },
    every: { type: "string", default: "60" },
  },
});
const minutes = Number(values.minutes);
const perSecond = Number(values.rate);
const everySeconds = Number(values.every);
if (!(minutes > 0 && minutes <= 24 * 60) || !(perSecond >= 4 && perSecond <= 20_000)) {
  process.stderr.write("--minutes takes up to 1440, --rate 4 to 20000\n");
  process.exit(2);
}
if (!(everySeconds >= 1 && everySeconds <= Math.min(3_600, minutes * 60))) {
  process.stderr.write("--every takes 1 to 3600 seconds, and no more than the soak has\n");
  process.exit(2);
}

/** From so many minutes on the document is written: less says nothing of memory. */
const DOCUMENT_MINUTES = 10;

const result = await soak({
  minutes,
  everySeconds,
  perSecond,
  random: Math.random,
  tell: (text) => process.stdout.write(`${text}\n`),
});
const sections = soakSections(result, { minutes, perSecond });
for (const { title, lines } of sections) process.stdout.write(`\n${title}\n${lines.join("\n")}\n`);
if (minutes >= DOCUMENT_MINUTES) {
  const given = process.argv.slice(2).join(" ");
  await writeProof({
    name: "soak",
    title: "Soak",
    command: given === "" ? "npm run soak" : `npm run soak -- ${given}`,
    introduction: [
      `One bridge on PostgreSQL and Redis under a steady load for ${minutes} minutes, with a fault every ${everySeconds} s, in a random order. The`,
      "provider's stand-in sends again what was not taken; the bot repeats what it is told; afterwards the database is held against",
      "what was sent, asked and answered. Sender, stand-ins, bridge and databases share one machine.",
    ],
    sections,
  });
}
process.exitCode = isSound(result) ? 0 : 1;
