import { describe, expect, test } from "@jest/globals";
import { type Fault, isPassed, SHORT } from "./fault.ts";
import { FAULTS } from "./index.ts";

/** The longest of the short forms, on a busy machine. */
const LIMIT_MS = 120_000;

const isMissing = ({ missing }: Fault): boolean => missing?.() !== undefined;
const isRoot = process.getuid?.() === 0;

describe("the short form of each fault", () => {
  for (const fault of FAULTS)
    (isMissing(fault) ? test.skip : test)(
      `${fault.id} ${fault.title}`,
      async () => {
        const figures = await fault.run(SHORT);
        expect({ ...figures, isPassed: isPassed(fault, figures) }).toMatchObject({
          isPassed: true,
        });
      },
      LIMIT_MS,
    );

  test("only what this user may not do is left out where every service has to be there", () => {
    const left = FAULTS.filter(isMissing).filter(({ needsRoot }) => isRoot || needsRoot !== true);
    for (const { id, missing } of left) process.stderr.write(`skipped: ${id}, ${missing?.()}\n`);
    const allowed = process.env["REQUIRE_SERVICES"] === "1" ? [] : left.map(({ id }) => id);
    expect(left.map(({ id }) => id)).toEqual(allowed);
  });
});
