import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { hasServer } from "../database.ts";
import { ADMIN_KEY } from "../e2e/world.ts";
import { findBarriers, openBrowser, openPage, signIn } from "./browser.ts";
import { goTo } from "./look-through.ts";
import { type Demo, openDemo } from "./demo.ts";
import { listPlaces } from "./places.ts";

const browser: Browser | undefined = (await hasServer()) ? await openBrowser() : undefined;

const LOOKS = [
  { theme: "light", width: 1280, language: "en" },
  { theme: "dark", width: 390, language: "pt-BR" },
] as const;

/** A text that was looked up and not found shows its own key; a placeholder that was not filled shows itself. */
const RAW = /\b[a-z]+(?:_[a-z]+){2,}\b(?=\s|$)|\{[a-z_]+\}/g;

/** Words with underscores that are no keys: names of templates, codes, actions. */
const isOurs = (word: string) =>
  !/^(po_notification|aviso_consulta|oferta_semanal|contact_change)|(channel|request|answer|store|webhook)_/.test(
    word,
  );

/** What the reader sees of our own words: headings, labels, buttons, tabs. */
async function rawTexts(page: Page): Promise<readonly string[]> {
  const said = await page
    .locator("h1, h2, h3, button, label, th, dt, [role=tab], .hint, .state, option, legend")
    .allTextContents();
  return said.flatMap((text) => text.match(RAW) ?? []).filter(isOurs);
}

(browser === undefined ? describe.skip : describe)("every page", () => {
  let demo: Demo;

  beforeAll(async () => {
    if (browser !== undefined) demo = await openDemo();
  }, 120_000);

  afterAll(async () => {
    await demo?.town.close();
    await browser?.close();
  });

  test.each(LOOKS)(
    "is sound and open to everybody in $theme, $width wide, in $language",
    async ({ theme, width, language }) => {
      if (browser === undefined) return;
      const look = { theme, width, language, height: 900 };
      const { page, problems, close } = await openPage(browser, demo.town.url(), look);
      await page.goto("/admin");
      await page.locator('input[type="password"]').waitFor();
      const gate = await findBarriers(page);
      expect(gate).toEqual([]);
      await signIn(page, ADMIN_KEY);
      const findings: string[] = [];
      for (const { name, path } of listPlaces(demo)) {
        await goTo(page, path);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) findings.push(`${name}: ${wide} px wider than the screen`);
        for (const text of await rawTexts(page)) findings.push(`${name}: raw text ${text}`);
        for (const barrier of await findBarriers(page)) findings.push(`${name}: ${barrier}`);
        for (const problem of problems.splice(0)) findings.push(`${name}: ${problem}`);
      }
      expect(findings).toEqual([]);
      await close();
    },
    120_000,
  );
});
