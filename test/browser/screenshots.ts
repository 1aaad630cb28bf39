import { mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { ADMIN_KEY } from "../e2e/world.ts";
import { openBrowser, openPage, signIn } from "./browser.ts";
import { openDemo } from "./demo.ts";
import { goTo } from "./look-through.ts";
import { listPlaces } from "./places.ts";

/**
 * Takes a picture of every page in both themes and two widths, to be looked at: `npm run screenshots`, or with names of
 * pages for those alone. `--to` names another folder, `--language en` another language.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    to: { type: "string", default: "screenshots" },
    language: { type: "string", default: "pt-BR" },
  },
});
const language = values.language === "en" ? "en" : "pt-BR";

const LOOKS = [
  { theme: "light", width: 1280, height: 860 },
  { theme: "dark", width: 1280, height: 860 },
  { theme: "light", width: 390, height: 844 },
  { theme: "dark", width: 390, height: 844 },
] as const;

/** Milliseconds that a page gets to draw its charts and pictures. */
const SETTLE_MS = 400;

await mkdir(values.to, { recursive: true });
const browser = await openBrowser();
if (browser === undefined) throw new Error("no Chromium is installed");
const demo = await openDemo();
try {
  const places = listPlaces(demo).filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  for (const look of LOOKS) {
    const { page, problems, close } = await openPage(browser, demo.town.url(), {
      ...look,
      language,
    });
    await page.goto("/admin");
    await page.locator('input[type="password"]').waitFor();
    if (positionals.length === 0)
      await page.screenshot({ path: `${values.to}/sign-in-${look.theme}-${look.width}.png` });
    await signIn(page, ADMIN_KEY);
    for (const { name, path } of places) {
      await goTo(page, path);
      await page.waitForTimeout(SETTLE_MS);
      const file = `${values.to}/${name}-${look.theme}-${look.width}.png`;
      await page.screenshot({ path: file, fullPage: true });
      process.stdout.write(`${file}\n`);
    }
    for (const problem of problems) process.stdout.write(`! ${problem}\n`);
    await close();
  }
} finally {
  await browser.close();
  await demo.town.close();
}
