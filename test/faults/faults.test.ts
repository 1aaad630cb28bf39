import { describe, expect, test } from "@jest/globals";
import { isPassed, SHORT } from "./fault.ts";
import { FAULTS } from "./index.ts";

/** The longest of the short forms, on a busy machine. */
const LIMIT_MS = 120_000;

describe("the short form of each fault", () => {
  test.each(FAULTS.map((fault) => ({ fault, name: `${fault.id} ${fault.title}` })))(
    "$name",
    async ({ fault }) => {
      const missing = fault.missing?.();
      if (missing !== undefined) {
        expect(process.env["REQUIRE_SERVICES"]).not.toBe("1");
        process.stderr.write(`skipped: ${fault.id}, ${missing}\n`);
        return;
      }
      const figures = await fault.run(SHORT);
      expect({ ...figures, isPassed: isPassed(fault, figures) }).toMatchObject({ isPassed: true });
    },
    LIMIT_MS,
  );
});
