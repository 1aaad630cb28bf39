import { afterEach, describe, expect, test } from "@jest/globals";
import { render } from "preact-render-to-string";
import { COLUMN, stepPath } from "../../../src/web/admin/campaigns/funnel-path.ts";
import {
  funnelAside,
  funnelSteps,
  settledOf,
} from "../../../src/web/admin/campaigns/funnel-steps.ts";
import { Funnel } from "../../../src/web/admin/campaigns/funnel.tsx";
import { readWord, withWord } from "../../../src/web/admin/campaigns/live-campaign.ts";
import { formatMoney } from "../../../src/web/admin/campaigns/money.ts";
import { language } from "../../../src/web/shared/language.ts";
import { campaign, figures } from "./sample.ts";

afterEach(() => {
  language.value = "en";
});

describe("the funnel", () => {
  test("goes from everybody to whoever read, each step a part of the one before", () => {
    const { name: _name, ...read } = funnelSteps(figures).at(-1) ?? { name: "" };
    expect(funnelSteps(figures).map(({ name, count }) => [name, count])).toEqual([
      ["audience", 100],
      ["released", 80],
      ["sent", 70],
      ["delivered", 60],
      ["read", 15],
    ]);
    expect(read).toEqual({ count: 15, ofPrevious: 0.25, ofAudience: 0.15 });
  });

  test("and its side hold everybody once", () => {
    const aside = funnelAside(figures).reduce((sum, { count }) => sum + count, 0);
    const { sent, delivered, read, audience } = figures;
    expect(sent + delivered + read + aside).toBe(audience);
    expect(settledOf(figures)).toBe(85);
  });

  test("of nobody divides by nothing", () => {
    const none = { ...figures, audience: 0, queued: 0, skipped: 0, reached_sent: 0 };
    expect(funnelSteps(none)[2]).toMatchObject({ ofPrevious: null, ofAudience: null });
  });

  test("says every number of the picture as text, in the language that is chosen", () => {
    const html = render(<Funnel figures={{ ...figures, audience: 1_000 }} id="1" />);
    expect(html).toContain('<strong class="funnel-count">1,000</strong>');
    expect(html).toContain("25% of the step before");
    expect(html).toContain('href="/admin/campaigns/1?status=failed"');
    expect(html).toContain('aria-hidden="true"');
    language.value = "pt-BR";
    expect(render(<Funnel figures={figures} id="1" />)).toContain("25% da etapa anterior");
  });

  test.each([
    [0, 1, 0],
    [3, 0, undefined],
    [2, 7, 0.5],
  ])("draws step %d of the share %d within its column", (index, share, next) => {
    const numbers = [...stepPath(index, share, next).matchAll(/[\d.]+/g)].map(Number);
    const across = numbers.filter((_number, at) => at % 2 === 0);
    const down = numbers.filter((_number, at) => at % 2 === 1);
    expect(Math.min(...across)).toBe(index * COLUMN);
    expect(Math.max(...across)).toBe((index + 1) * COLUMN);
    expect(Math.min(...down)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...down)).toBeLessThanOrEqual(100);
  });

  test("shows whoever reached a step, however few", () => {
    expect(stepPath(0, 0.000_1, undefined)).toBe(stepPath(0, 0.01, undefined));
    expect(stepPath(0, 0.000_1, undefined)).not.toBe(stepPath(0, 0, undefined));
  });
});

describe("news of the stream", () => {
  test("bring state and figures, of this campaign alone", () => {
    const news = { kind: "campaign", id: campaign.id, state: "done", figures } as const;
    const word = readWord(news, 2);
    const done = withWord({ campaign, at: 1 }, word);
    expect(done).toMatchObject({ name: campaign.name, state: "done", figures });
    expect(withWord({ campaign: { ...campaign, id: "other" }, at: 1 }, word).state).toBe("running");
  });

  test("from before the campaign was asked for change nothing", () => {
    const word = readWord({ kind: "campaign", id: campaign.id, state: "done", figures }, 1);
    expect(withWord({ campaign, at: 2 }, word).state).toBe("running");
  });

  test("without figures say nothing", () => {
    expect(readWord({ kind: "campaign", id: "1", state: "done" }, 1)).toBeUndefined();
    expect(
      readWord({ kind: "campaign", id: "1", state: "done", figures: null }, 1),
    ).toBeUndefined();
  });
});

test("money is written as the reader writes it, and a strange currency by its word", () => {
  expect(formatMoney(1250.5, "BRL")).toBe("R$1,250.50");
  expect(formatMoney(0.0068, "USD")).toBe("$0.0068");
  expect(formatMoney(2, "credits!")).toBe("2 credits!");
  language.value = "pt-BR";
  expect(formatMoney(1250.5, "BRL")).toBe("R$\u00a01.250,50");
});
