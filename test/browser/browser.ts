import { existsSync } from "node:fs";
import { jest } from "@jest/globals";
import AxeBuilder from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { z } from "zod";

/** A page's own waits end before this: they say what was waited for. Milliseconds. */
jest.setTimeout(150_000);

/** Where Debian puts it; another one by `CHROMIUM`. */
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Keeps the browser from calling its maker at every start. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a browser; undefined where none is installed, which is a failure with `REQUIRE_SERVICES=1`. */
export async function openBrowser(): Promise<Browser | undefined> {
  if (existsSync(CHROMIUM)) return chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  if (process.env["REQUIRE_SERVICES"] === "1") throw new Error("no Chromium is installed");
  process.stderr.write("skipped: tests in a browser, no Chromium is installed\n");
  return undefined;
}

export interface PageLook {
  readonly language?: "en" | "pt-BR";
  readonly theme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
}

/** A page under watch: nothing may go wrong on it unseen. */
export interface WatchedPage {
  readonly page: Page;
  /**
   * What went wrong: errors on the console, uncaught errors, dialogs, breaches of the policy, requests to anywhere else.
   * A refusal of the API that a test provokes is on the console as well: `expectRefusals` takes those away.
   */
  readonly problems: string[];
  /** Takes from the problems the console's lines on answers with this status. */
  readonly expectRefusals: (status: number) => void;
  readonly close: () => Promise<void>;
}

/** Opens an empty page of its own session; `base` is the only server it may speak to. */
export async function openPage(
  browser: Browser,
  base: string,
  { language = "en", theme = "light", width = 1280, height = 800 }: PageLook = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL: base,
    locale: language,
    colorScheme: theme,
    viewport: { width, height },
    timezoneId: "America/Sao_Paulo",
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (line) => {
    if (line.type() === "error" || line.type() === "warning")
      problems.push(`${line.type()}: ${line.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith("data:") && !url.startsWith("blob:"))
      problems.push(`foreign request: ${url}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      console.error(`policy: ${violatedDirective} ${blockedURI}`);
    });
  });
  return {
    page,
    problems,
    expectRefusals: (status) => {
      const kept = problems.filter((line) => !line.includes(`status of ${status}`));
      problems.splice(0, problems.length, ...kept);
    },
    close: () => context.close(),
  };
}

const violations = z.array(
  z.object({ id: z.string(), help: z.string(), nodes: z.array(z.object({ html: z.string() })) }),
);

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What keeps people from using the page as it stands, by axe-core: one line each. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  // The page's policy keeps scripts out; the debugger's own evaluation is above it.
  await page.evaluate(AxeBuilder.source);
  const options = JSON.stringify({ runOnly: RULES });
  const found: unknown = await page.evaluate(
    `axe.run(document, ${options}).then(({ violations }) => JSON.parse(JSON.stringify(violations)))`,
  );
  return violations
    .parse(found)
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`),
    );
}

/** Signs in on the page that is open, as somebody would. */
export async function signIn(page: Page, key: string): Promise<void> {
  await page.locator('input[type="password"]').fill(key);
  await page.locator('form button[type="submit"]').click();
  await page.locator("#navigation").waitFor({ state: "attached" });
}
