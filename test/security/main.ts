import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { table, writeProof } from "../proof/document.ts";
import { type Control, CONTROLS } from "./controls.ts";
import { checkDependencies } from "./dependencies.ts";

/**
 * Run as `npm run security`: every suite that a control rests on, the attacks in full; then the dependencies. Writes
 * `docs/proof/security.md`. With numbers of controls, such as `S6 S14`, it runs those alone and writes nothing.
 */
const chosen = CONTROLS.filter(({ id }) => process.argv.length === 2 || process.argv.includes(id));
const folder = mkdtempSync(path.join(tmpdir(), "ponte-security-"));
const figuresFile = path.join(folder, "figures.jsonl");
const resultsFile = path.join(folder, "results.json");
const files = [...new Set(chosen.flatMap(({ suites }) => suites.map(({ file }) => file)))];

const JEST = [
  "--experimental-vm-modules",
  "--disable-warning=ExperimentalWarning",
  "node_modules/jest/bin/jest.js",
];
spawnSync(
  process.execPath,
  [
    ...JEST,
    "--json",
    `--outputFile=${resultsFile}`,
    "--silent",
    "--runTestsByPath",
    ...files.map((file) => `test/${file}`),
  ],
  {
    // The attacks measure themselves: nothing else of theirs should run beside them.
    env: { ...process.env, SECURITY_SIZE: "full", SECURITY_FIGURES: figuresFile },
    stdio: ["ignore", "inherit", "inherit"],
  },
);

const results = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});
const figuresOf = z.object({ control: z.string(), tried: z.string(), came: z.string() });

const { testResults } = results.parse(JSON.parse(readFileSync(resultsFile, "utf8")));
const figures = existsSync(figuresFile)
  ? readFileSync(figuresFile, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => figuresOf.parse(JSON.parse(line)))
  : [];
rmSync(folder, { recursive: true });

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How the tests of a control went. A file that could not be run at all is a failure. */
function countOf({ suites }: Control): Count {
  const outcomes = suites.flatMap(({ file, names }) => {
    const found = testResults.find(({ name }) => name.endsWith(`/test/${file}`));
    const tests = (found?.assertionResults ?? []).filter(
      ({ fullName }) => names?.test(fullName) ?? true,
    );
    return tests.length === 0 ? ["failed"] : tests.map(({ status }) => status);
  });
  const count = (...words: readonly string[]) =>
    outcomes.filter((word) => words.includes(word)).length;
  return {
    passed: count("passed"),
    failed: count("failed"),
    skipped: count("pending", "skipped", "todo"),
  };
}

const rows = chosen.map((control) => {
  const { passed, failed, skipped } = countOf(control);
  const own = figures.filter(({ control: id }) => id === control.id);
  const tried = [...own.map((one) => one.tried), `${passed + failed} tests`].join("; ");
  // What a suite says of itself counts only where all of it passed.
  const came = [
    ...(failed === 0 ? own.map((one) => one.came) : []),
    failed === 0 ? "all passed" : `${failed} failed`,
    ...(skipped > 0 ? [`${skipped} skipped here`] : []),
  ].join("; ");
  return { control, failed, passed, tried, came };
});

for (const { control, failed, passed } of rows)
  process.stdout.write(
    `${control.id} ${failed === 0 ? "held" : "BROKEN"}: ${passed} passed, ${failed} failed\n`,
  );

const isWhole = chosen.length === CONTROLS.length;
const checks = isWhole ? checkDependencies() : [];
const verdict = (isGood: boolean | undefined): string => {
  if (isGood === undefined) return "not known";
  return isGood ? "held" : "**broken**";
};

const RESTS = rows.map(({ control }) => {
  const where = control.suites.map(({ file }) => `[${file}](../../test/${file})`).join(", ");
  return `- **${control.id}** ${where}${control.beside === undefined ? "" : `; ${control.beside}`}`;
});

if (isWhole) {
  await writeProof({
    name: "security",
    title: "Attacks refused",
    command: "npm run security",
    introduction: [
      "One row for each control of the security checklist: what was tried, what came of it, and whether the control held.",
      "The [threat model](../threat-model.md) says what each stands against. Everything runs on one machine, over the loopback interface.",
    ],
    sections: [
      {
        title: "Controls",
        lines: table(
          ["no.", "control", "tried", "came", "verdict"],
          rows.map(({ control, failed, tried, came }) => [
            control.id,
            control.title,
            tried,
            came,
            verdict(failed === 0),
          ]),
        ),
      },
      {
        title: "Dependencies",
        lines: table(
          ["asked", "answered", "verdict"],
          checks.map(({ asked, answered, isGood }) => [`\`${asked}\``, answered, verdict(isGood)]),
        ),
      },
      { title: "What each rests on", lines: RESTS },
    ],
  });
}
for (const { asked, answered } of checks) process.stdout.write(`${asked}: ${answered}\n`);
const isBroken =
  rows.some(({ failed }) => failed > 0) || checks.some(({ isGood }) => isGood === false);
process.exitCode = isBroken ? 1 : 0;
