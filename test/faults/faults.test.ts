import { describe, expect, test } from "@jest/globals";
import { type Fault, isPassed, SHORT } from "./fault.ts";
import { FAULTS } from "./index.ts";

/** The longest of the short forms, on a busy machine. */
const LIMIT_MS = 120_000;

/**
 * Those that run with every other test. The rest freezes processes, fails servers over or waits for what is late, which a
 * machine that runs other suites beside it disturbs: `npm run faults -- --short` runs all of them.
 */
const AMONG_OTHERS = "T1 T2 T2b T6 T7 T10 T15 T16 T18 T19 T20 C1 C2 C3".split(" ");
const CHOSEN = FAULTS.filter(({ id }) => AMONG_OTHERS.includes(id));

const isMissing = ({ missing }: Fault): boolean => missing?.() !== undefined;
const isRoot = process.getuid?.() === 0;

describe("the short form of each fault", () => {
  for (const fault of CHOSEN)
    (isMissing(fault) ? test.skip : test)(
      `${fault.id} ${fault.title}`,
      async () => {
        const figures = await fault.run(SHORT);
        expect(isPassed(fault, figures) ? [] : [figures]).toEqual([]);
      },
      LIMIT_MS,
    );

  test("only what this user may not do is left out where every service has to be there", () => {
    expect(CHOSEN.map(({ id }) => id)).toEqual(AMONG_OTHERS);
    const left = CHOSEN.filter(isMissing).filter(({ needsRoot }) => isRoot || needsRoot !== true);
    for (const { id, missing } of left) process.stderr.write(`skipped: ${id}, ${missing?.()}\n`);
    const allowed = process.env["REQUIRE_SERVICES"] === "1" ? [] : left.map(({ id }) => id);
    expect(left.map(({ id }) => id)).toEqual(allowed);
  });
});
