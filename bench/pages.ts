import { gzipSync } from "node:zlib";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { z } from "zod";
import { bundleFromSource, type PageName, PAGES } from "../src/http/pages/bundle.ts";
import { ADMIN_KEY } from "./admin-key.ts";
import { fillConversation } from "./long-conversation.ts";
import { tell } from "./measure.ts";
import type { Section } from "./report.ts";
import type { World } from "./world.ts";

/** Visits of each page, each with nothing kept from the one before; the median counts. */
const VISITS = 5;
const MESSAGES = 50_000;
const SCROLLED = 2_000;

/** What of a page shows that its data have come. */
const FIRST_DATA: Readonly<Record<PageName, string>> = {
  admin: ".ov-tiles strong",
  simulator: ".phone",
};

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** A browser's session that is signed in and has seen nothing yet. */
async function signedIn(browser: Browser, url: string): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: url });
  const answer = await context.request.post("/api/v1/session", {
    data: { key: ADMIN_KEY },
    headers: { "X-Requested-With": "ponte" },
  });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
  return context;
}

/** Milliseconds from the navigation until something is there, by the page's own clock. */
async function shownAfter(page: Page, selector: string): Promise<number> {
  await page.locator(selector).first().waitFor();
  return z.number().parse(await page.evaluate("performance.now()"));
}

const PAINT = `performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN`;

async function visit(browser: Browser, url: string, page: PageName) {
  const context = await signedIn(browser, url);
  const opened = await context.newPage();
  await opened.goto(`/${page}`, { waitUntil: "commit" });
  const dataMs = await shownAfter(opened, FIRST_DATA[page]);
  const paintMs = z.number().parse(await opened.evaluate(PAINT));
  await context.close();
  return { paintMs, dataMs };
}

async function sizeOf(page: PageName) {
  const { assets } = await bundleFromSource(page);
  const sizes = [...assets.values()].map(({ bytes }) => gzipSync(bytes, { level: 9 }).byteLength);
  return { files: sizes.length, kB: sizes.reduce((sum, size) => sum + size, 0) / 1_000 };
}

/** Goes up a conversation frame by frame until so many messages were seen; in the page, so as text. */
const SCROLL = (wanted: number) => `(async () => {
  const box = document.querySelector("[role=log]");
  const seen = new Set();
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  let longest = 0;
  let frames = 0;
  let before = await frame();
  const began = before;
  while (seen.size < ${wanted} && performance.now() - began < 120000) {
    for (const row of box.querySelectorAll("[data-row]")) seen.add(row.dataset.row);
    box.scrollTop = Math.max(0, box.scrollTop - 400);
    const now = await frame();
    longest = Math.max(longest, now - before);
    frames += 1;
    before = now;
  }
  return { seen: seen.size, longestMs: longest, meanMs: (before - began) / frames, elements: document.querySelectorAll("*").length };
})()`;

const scrolled = z.object({
  seen: z.number(),
  longestMs: z.number(),
  meanMs: z.number(),
  elements: z.number(),
});

/** What the pages take of those who look at them. */
export async function measurePages(world: World): Promise<Section> {
  const databaseUrl = await world.newDatabase();
  const bridge = await world.bridge({ role: "all", databaseUrl });
  const messages = world.scaled(MESSAGES);
  const conversation = await fillConversation(databaseUrl, messages);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  const table: string[] = [];
  try {
    for (const page of PAGES) {
      // The first visit makes the bridge bundle the page.
      await visit(browser, bridge.url, page);
      const visits = [];
      for (let count = 0; count < VISITS; count += 1)
        visits.push(await visit(browser, bridge.url, page));
      const { files, kB } = await sizeOf(page);
      const paint = medianOf(visits.map(({ paintMs }) => paintMs)).toFixed(0);
      const data = medianOf(visits.map(({ dataMs }) => dataMs)).toFixed(0);
      table.push(`| /${page} | ${paint} | ${data} | ${files} | ${kB.toFixed(1)} |`);
      tell(`/${page}: painted after ${paint} ms, data after ${data} ms`);
    }
    const context = await signedIn(browser, bridge.url);
    const page = await context.newPage();
    await page.goto(`/admin/conversations/${conversation}`, { waitUntil: "commit" });
    const openMs = await shownAfter(page, "[role=log] [data-row]");
    const wanted = world.scaled(SCROLLED);
    const found = scrolled.parse(await page.evaluate(SCROLL(wanted)));
    tell(`scrolled ${found.seen} messages, longest frame ${found.longestMs.toFixed(0)} ms`);
    return {
      title: "Pages",
      lines: [
        `- a conversation of ${messages} messages is open after **${openMs.toFixed(0)} ms**`,
        `- scrolling up through ${found.seen} of them: longest frame **${found.longestMs.toFixed(0)} ms**, mean ${found.meanMs.toFixed(0)} ms,`,
        `  ${found.elements} elements in the page`,
        "",
        `Chromium without a screen, nothing kept between visits, ${VISITS} visits after one that makes the bundle, the median counts;`,
        "milliseconds from the navigation to the first content, and to the first figures or the phone. The size is that of all",
        "files together, gzip -9; a place of the dashboard fetches its own part of them.",
        "",
        "| page | first paint ms | first data ms | files | kB gzip |",
        "|---|---|---|---|---|",
        ...table,
      ],
    };
  } finally {
    await browser.close();
    await bridge.stop();
  }
}
