import { describe, expect, test } from "@jest/globals";
import { AIMS, figureText, isMet, limitText } from "../../bench/aims.ts";
import { mergeFigures } from "../../bench/figures.ts";
import { aimsText } from "../../bench/proof.ts";
import { withFigures } from "../../bench/scaling.ts";

const RUN = { command: "npm run bench", facts: ["Commit: abc"] };

describe("aims", () => {
  const what = "a thing";
  test.each([
    { aim: { limit: { atLeast: 0.55 } }, met: 0.55, missed: 0.54, text: "at least 0.55" },
    { aim: { limit: { atMost: 15 }, unit: "ms" }, met: 15, missed: 15.1, text: "at most 15 ms" },
    { aim: { limit: { within: 0.1 } }, met: 0.9, missed: 0.89, text: "within 10 %" },
  ] as const)("$text", ({ aim, met, missed, text }) => {
    const whole = { figure: "loop.perSecond", what, ...aim } as const;
    expect([isMet(whole, met), isMet(whole, missed)]).toEqual([true, false]);
    expect(limitText(whole)).toBe(text);
  });

  test("faster than before is flat too", () => {
    expect(isMet({ figure: "history.loop", what, limit: { within: 0.1 } }, 1.4)).toBe(true);
  });

  test("each figure has one aim at most", () => {
    const names = AIMS.map(({ figure }) => figure);
    expect(new Set(names).size).toBe(names.length);
  });

  test("a figure is shown as its aim is", () => {
    const shown = AIMS.map((aim) => figureText(aim, 3.33333));
    expect(shown.filter((text) => text.length > 20)).toEqual([]);
  });
});

describe("figures of several runs", () => {
  test("a run replaces its own and keeps the others", () => {
    const first = mergeFigures({}, { "loop.perSecond": 1, "latency.p50Ms": 2 }, RUN);
    const later = { ...RUN, command: "npm run bench -- latency" };
    expect(mergeFigures(first, { "latency.p50Ms": 3 }, later)).toEqual({
      "latency.p50Ms": { value: 3, ...later },
      "loop.perSecond": { value: 1, ...RUN },
    });
  });
});

describe("the document of the aims", () => {
  test("says of each aim whether it is met, and of which run each figure is", async () => {
    const figures = mergeFigures({}, { "latency.p50Ms": 4.2, "latency.p99Ms": 31 }, RUN);
    const text = await aimsText(figures);
    expect(text).toMatch(/at 100 a second, median +\| at most 5 ms +\| 4\.2 ms +\| met/);
    expect(text).toMatch(/99th percentile +\| at most 25 ms +\| 31\.0 ms +\| \*\*not met\*\*/);
    expect(text).toMatch(/ingestion on PostgreSQL \/ Express without a database .* not measured/);
    expect(text).toMatch(/`latency\.p50Ms`, `latency\.p99Ms` +\| `npm run bench` +\| Commit: abc/);
  });

  test("a missed aim whose gap nobody has explained is shown as such", async () => {
    const aim = AIMS.find(({ gap }) => gap === undefined);
    if (aim === undefined) return;
    const bad = "atMost" in aim.limit ? 1e9 : 0;
    const text = await aimsText(mergeFigures({}, { [aim.figure]: bad }, RUN));
    expect(text).toContain("Not explained yet.");
  });
});

describe("the table in docs/scaling.md", () => {
  const page = "before\n<!-- figures: npm run bench -->\nold\n<!-- end of the figures -->\nafter";

  test("holds what is known and nothing else", () => {
    const figures = mergeFigures({}, { "loop.perSecond": 1_234.5, "ingestion.p50Ms": 1 }, RUN);
    const text = withFigures(page, figures);
    expect(text).toContain("| 1235 replies per second |");
    expect(text).not.toMatch(/old|acknowledgement/);
    expect(text).toMatch(/^before\n[^]*after$/);
  });

  test("stays as it is while nothing is known, and needs its place", () => {
    expect(withFigures(page, {})).toBe(page);
    expect(() => withFigures("nothing", {})).toThrow("no place");
  });
});
