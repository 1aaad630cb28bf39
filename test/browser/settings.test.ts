import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import { ADMIN_KEY, eventually } from "../e2e/world.ts";
import { findBarriers, openBrowser, openPage, signIn, type WatchedPage } from "./browser.ts";
import { openTown, type Town } from "./town.ts";

const browser: Browser | undefined = await openBrowser();

const NAME = "\u202eJoana <b>P.</b>";
const JOANA = { from: "5561991230011", name: NAME };

const row = z.looseObject({ id: z.string() });
const list = z.looseObject({ data: z.array(row) });
const contact = z.looseObject({
  name: z.string().nullable(),
  language: z.string().nullable(),
  properties: z.record(z.string(), z.unknown()),
  opt_outs: z.array(z.looseObject({ scope: z.string(), revoked_at: z.string().nullable() })),
});

(browser === undefined ? describe.skip : describe)("settings and people", () => {
  let town: Town;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    if (browser === undefined) return;
    town = await openTown({ bot: () => [{ text: "Olá!" }] });
    await town.write(JOANA, { type: "text", text: { body: "Oi" } });
    await eventually(() => town.world.graph.sent.length > 0);
    watched = await openPage(browser, town.url());
    ({ page } = watched);
    await page.goto("/admin/settings");
    await signIn(page, ADMIN_KEY);
  }, 90_000);

  afterAll(async () => {
    await watched?.close();
    await town?.close();
    await browser?.close();
  });

  const sound = async () => {
    expect(await findBarriers(page)).toEqual([]);
    expect(watched.problems).toEqual([]);
  };

  test("make a key for a program, show it once and end it", async () => {
    await page.getByText("No key has been made yet").waitFor();
    await page.getByRole("button", { name: "New key" }).click();
    const dialog = page.getByRole("dialog", { name: "New key" });
    const make = dialog.getByRole("button", { name: "Make the key" });
    expect(await make.isDisabled()).toBe(true);
    await dialog.getByLabel("Name").fill("Painel <img src=x>");
    await dialog.getByRole("radio", { name: /Chosen one by one/ }).check();
    expect(await make.isDisabled()).toBe(true);
    await dialog.getByLabel("stats:read").check();
    await dialog.getByLabel("Valid for").selectOption("30");
    await dialog.getByLabel("Calls a minute").fill("0");
    await sound();
    await make.click();
    await dialog.locator(".hint-bad").waitFor();
    watched.expectRefusals(422);
    await dialog.getByLabel("Calls a minute").fill("120");
    await make.click();
    const shown = page.getByRole("dialog", { name: "The key was made" });
    const key = await shown.getByLabel("The new key").inputValue();
    await sound();
    await shown.getByRole("button", { name: "I have kept it" }).click();
    const works = async () => {
      const headers = { authorization: `Bearer ${key}` };
      return (await fetch(`${town.url()}/api/v1/stats/overview`, { headers })).status;
    };
    expect(await works()).toBe(200);
    const line = page.getByRole("row", { name: /Painel <img src=x>/ });
    await line.getByText("active").waitFor();
    expect(await line.textContent()).toContain("stats:read");
    expect(await page.content()).not.toContain(key);
    await line.getByRole("button", { name: /Revoke/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await line.getByText("revoked").waitFor();
    expect(await works()).toBe(401);
    await sound();
  });

  test("show the configuration, the audit log by what it is asked for, and the session", async () => {
    await page.getByRole("tab", { name: "Configuration" }).click();
    await page.getByRole("heading", { name: "How long things are kept" }).waitFor();
    expect(page.url()).toContain("part=configuration");
    await sound();
    await page.getByRole("tab", { name: "Audit log" }).click();
    await page.getByRole("cell", { name: "post /keys" }).first().waitFor();
    await page.getByPlaceholder(/^What/).fill("delete /keys/{key_id}");
    await page.waitForURL(/action=delete/);
    await page.getByRole("cell", { name: "post /keys" }).waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("cell", { name: "delete /keys/{key_id}" }).waitFor();
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await page.getByRole("cell", { name: "post /keys" }).waitFor();
    await sound();
    await page.getByRole("tab", { name: "This session" }).click();
    await page.getByText("everything").waitFor();
    await sound();
  });

  test("find a person by number in any spelling, and by name", async () => {
    await page.goto("/admin/people");
    const search = page.getByRole("searchbox");
    await search.fill("+55 (61) 99123-0011");
    await page.waitForURL(/q=/);
    await page.getByText("+5561991230011").waitFor();
    await search.fill("nobody of this name");
    await page.getByText("Nobody is called so").waitFor();
    await search.fill("");
    const link = page.getByRole("link", { name: /Joana/ });
    await link.waitFor();
    expect(await link.locator(".hidden-character").textContent()).toBe("U+202E");
    expect(await link.textContent()).toContain("<b>P.</b>");
    await sound();
    await link.click();
    await page.getByRole("heading", { level: 1, name: "Joana <b>P.</b>" }).waitFor();
    await sound();
  });

  test("change, opt out and in, take out and erase a person", async () => {
    const [joana] = list.parse(await town.call("GET", "/contacts")).data;
    const read = async () => contact.parse(await town.call("GET", `/contacts/${joana?.id ?? ""}`));
    await page.getByLabel("Name").fill("Joana Pereira");
    await page.getByLabel("Language", { exact: true }).fill("português");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".hint-bad").waitFor();
    watched.expectRefusals(422);
    await page.getByLabel("Language", { exact: true }).fill("pt-BR");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { level: 1, name: "Joana Pereira" }).waitFor();
    await page.getByLabel("Property").fill("votos");
    await page.getByLabel("Value", { exact: true }).fill("12");
    await page.getByRole("button", { name: "Set" }).click();
    await page.locator("dd", { hasText: "12" }).waitFor();
    expect(await read()).toMatchObject({
      name: "Joana Pereira",
      language: "pt-BR",
      properties: { votos: 12 },
    });
    await page.getByRole("button", { name: "Opt out" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /No promotions/ }).check();
    await dialog.getByRole("button", { name: "Opt out" }).click();
    await page.getByText("wants no promotions").waitFor();
    expect((await read()).opt_outs).toMatchObject([{ scope: "marketing", revoked_at: null }]);
    await sound();
    await page.getByRole("button", { name: "Wants messages again" }).click();
    await page.getByText("This person takes messages.").waitFor();

    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download everything" }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe(`contact-${joana?.id ?? ""}.json`);
    await download.cancel();

    await page.getByRole("button", { name: "Erase this person" }).click();
    const erase = dialog.getByRole("button", { name: "Erase this person" });
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type ERASE/).fill("erase");
    await sound();
    await erase.click();
    await page.getByText("Nobody is known yet").waitFor();
    expect(list.parse(await town.call("GET", "/contacts")).data).toEqual([]);
    await sound();
  });
});
