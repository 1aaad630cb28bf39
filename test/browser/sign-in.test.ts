import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import { ADMIN_KEY, eventually } from "../e2e/world.ts";
import { freePort } from "../standins/listen.ts";
import { openBrowser, openPage, type PageLook, signIn, type WatchedPage } from "./browser.ts";
import { openTown, type Town } from "./town.ts";

const browser: Browser | undefined = await openBrowser();

const JOANA = { from: "5561991230011", name: "Joana Pereira" };

const madeKey = z.looseObject({ id: z.string(), key: z.string() });
const people = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });
const contact = z.looseObject({ properties: z.record(z.string(), z.unknown()) });
const keys = z.looseObject({ data: z.array(z.looseObject({ name: z.string() })) });

const ROLES = [
  {
    role: "viewer",
    hidden: ["People", "Settings", "Answer backends", "Backends"],
    shown: ["Overview", "Conversations", "Campaigns", "Dead letters"],
    seesNumbers: false,
  },
  {
    role: "operator",
    hidden: ["Settings", "Backends"],
    shown: ["Overview", "Conversations", "People", "Channels"],
    seesNumbers: true,
  },
  {
    role: "admin",
    hidden: [],
    shown: ["Overview", "People", "Settings"],
    seesNumbers: true,
  },
] as const;

(browser === undefined ? describe.skip : describe)("whoever signs in", () => {
  let town: Town;
  const open: WatchedPage[] = [];

  const visit = async (look: PageLook = {}): Promise<WatchedPage> => {
    if (browser === undefined) throw new Error("there is no browser");
    const watched = await openPage(browser, town.url(), look);
    open.push(watched);
    return watched;
  };

  const makeKey = async (body: object) =>
    madeKey.parse(await town.call("POST", "/keys", { name: "of a test", ...body }));

  const entries = async (page: Page) =>
    (await page.locator("nav[aria-label] a").allTextContents()).map((text) => text.trim());

  beforeAll(async () => {
    if (browser === undefined) return;
    town = await openTown({ bot: () => [{ text: "Olá!" }], port: await freePort() });
    await town.write(JOANA, { type: "text", text: { body: "Oi" } });
    await eventually(() => town.world.graph.sent.length > 0);
  }, 90_000);

  afterEach(async () => {
    for (const { close } of open.splice(0)) await close();
  });

  afterAll(async () => {
    await town?.close();
    await browser?.close();
  });

  test("is told that a key is wrong, and let in with the right one", async () => {
    const { page, problems, expectRefusals } = await visit();
    await page.goto("/admin/conversations?channel=whatsapp");
    await page.locator('input[type="password"]').fill("not-the-key-of-this-bridge");
    await page.locator('form button[type="submit"]').click();
    await page.locator(".hint-bad").waitFor();
    expect(await page.locator(".hint-bad").textContent()).toContain("not known");
    expect(await page.locator('input[type="password"]').getAttribute("aria-invalid")).toBe("true");
    expectRefusals(401);
    await signIn(page, ADMIN_KEY);
    await page.locator("h1").first().waitFor();
    expect(page.url()).toContain("/admin/conversations?channel=whatsapp");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.locator('input[type="password"]').waitFor();
    expect(problems).toEqual([]);
  });

  test("chooses a language by control, by address and for the next visit", async () => {
    const { page, problems } = await visit({ language: "en" });
    await page.goto("/admin?lang=pt-BR");
    await page.getByRole("heading", { name: "Entrar" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("pt-BR");
    await page.getByLabel("Idioma").selectOption("en");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    await page.getByLabel("Language").selectOption("pt-BR");
    await page.goto("/admin");
    await page.getByRole("heading", { name: "Entrar" }).waitFor();
    expect(problems).toEqual([]);
  });

  test.each(ROLES)(
    "finds what is for the role $role",
    async ({ role, shown, hidden, seesNumbers }) => {
      const { key } = await makeKey({ role });
      const { page, problems } = await visit();
      await page.goto("/admin/conversations");
      await signIn(page, key);
      const offered = await entries(page);
      expect(offered).toEqual(expect.arrayContaining([...shown]));
      expect(offered.filter((name) => hidden.some((one) => one === name))).toEqual([]);
      await page.getByText(JOANA.name).first().waitFor();
      const text = await page.locator("#content").innerText();
      const digits = text.replaceAll(/\D/g, "");
      expect(digits.includes(JOANA.from.slice(2))).toBe(seesNumbers);
      expect(await page.getByText("Phone numbers are masked").count()).toBe(seesNumbers ? 0 : 1);
      expect(problems).toEqual([]);
    },
  );

  test("loses nothing when the session ends in the middle of an action", async () => {
    const { key, id: keyId } = await makeKey({ role: "operator" });
    const [joana] = people.parse(await town.call("GET", "/contacts?name=Joana")).data;
    const { page, problems, expectRefusals } = await visit();
    await page.goto(`/admin/people/${joana?.id ?? ""}`);
    await signIn(page, key);
    await page.getByLabel("Property").fill("bairro");
    await page.getByLabel("Value", { exact: true }).fill("Vila Planalto");
    await town.call("DELETE", `/keys/${keyId}`);
    await page.getByRole("button", { name: "Set" }).click();
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await dialog.waitFor();
    expectRefusals(401);
    const { key: other } = await makeKey({ role: "operator" });
    await dialog.locator('input[type="password"]').fill(other);
    await dialog.locator('button[type="submit"]').click();
    await dialog.waitFor({ state: "detached" });
    expect(await page.getByLabel("Property").inputValue()).toBe("bairro");
    const read = async () =>
      contact.parse(await town.call("GET", `/contacts/${joana?.id ?? ""}`)).properties;
    expect(await read()).toEqual({});
    await page.getByRole("button", { name: "Set" }).click();
    await page.locator("dd", { hasText: "Vila Planalto" }).waitFor();
    expect(await read()).toEqual({ bairro: "Vila Planalto" });
    expectRefusals(401);
    expect(problems).toEqual([]);
  });

  test("is signed out in every tab at once", async () => {
    const { page } = await visit();
    await page.goto("/admin");
    await signIn(page, ADMIN_KEY);
    const other = await page.context().newPage();
    await other.goto("/admin/channels");
    await other.locator("#navigation").waitFor({ state: "attached" });
    await other.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await signIn(other, ADMIN_KEY);
    await page.locator("#navigation").waitFor({ state: "attached" });
  });

  test("waits for a slow server and does nothing twice", async () => {
    const { page, problems } = await visit();
    let posts = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.goto("/admin/settings");
    await signIn(page, ADMIN_KEY);
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByLabel("Name").fill("slow one");
    await page.route("**/api/v1/keys", async (route) => {
      if (route.request().method() === "POST") {
        posts += 1;
        await held;
      }
      await route.continue();
    });
    const button = page.getByRole("button", { name: "Make the key" });
    // Both before the page can be drawn anew.
    await button.evaluate((pressed: HTMLButtonElement) => {
      pressed.click();
      pressed.click();
    });
    await page.locator('button[aria-busy="true"]', { hasText: "Make the key" }).waitFor();
    expect(await button.isDisabled()).toBe(true);
    release();
    await page.getByRole("dialog", { name: "The key was made" }).waitFor();
    expect(await page.getByLabel("The new key").inputValue()).toMatch(/^\S{20,}$/);
    expect(posts).toBe(1);
    const made = keys.parse(await town.call("GET", "/keys")).data;
    expect(made.filter(({ name }) => name === "slow one")).toHaveLength(1);
    await page.getByRole("button", { name: "I have kept it" }).click();
    await page.getByRole("button", { name: "Revoke: slow one" }).waitFor();
    expect(problems).toEqual([]);
  });

  test("keeps the place while the server is away", async () => {
    const { page, problems } = await visit();
    await page.goto("/admin/people?q=Joana");
    await signIn(page, ADMIN_KEY);
    await page.getByRole("link", { name: JOANA.name }).waitFor();
    await page.locator(".live-open").waitFor();
    await town.world.bridge().stop("SIGKILL");
    await page.locator(".live-lost").waitFor();
    expect(await page.getByRole("link", { name: JOANA.name }).count()).toBe(1);
    await page.getByRole("searchbox").fill("Joa");
    await page.getByText("The server does not answer").first().waitFor();
    await town.world.start();
    await page.locator(".live-open").waitFor({ timeout: 60_000 });
    await page.getByRole("link", { name: JOANA.name }).waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("Joa");
    expect(page.url()).toContain("/admin/people?q=Joa");
    const unexpected = problems.filter((line) => !line.includes("Failed to load resource"));
    expect(unexpected).toEqual([]);
  }, 90_000);
});
