import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import { ADMIN_KEY, eventually, type World } from "../e2e/world.ts";
import type { Evolution } from "../standins/evolution.ts";
import { findBarriers, openBrowser, openPage, signIn, type WatchedPage } from "./browser.ts";
import { openTown, type Town } from "./town.ts";

const browser: Browser | undefined = await openBrowser();

/** For what waits for a busy machine to draw several pages. */
const SLOW_MS = 90_000;

const HOSTILE = `<img src=x onerror="alert(1)"> \u202egnp.exe`;

const REFUSAL = { kind: "error", status: 400, code: 131_026, message: HOSTILE } as const;

const PLACES = ["/admin", "/admin/channels", "/admin/events?tab=notifications"];

const key = z.object({ key: z.string() });

(browser === undefined ? describe.skip : describe)("an operator", () => {
  let town: Town;
  let world: World;
  let evolution: Evolution;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    if (browser === undefined) return;
    town = await openTown({
      bot: (_sender, message) => [
        { text: `Você disse: ${message}`, buttons: [{ title: HOSTILE, payload: "/saude" }] },
      ],
    });
    ({ world, evolution } = town);
    watched = await openPage(browser, town.url());
    ({ page } = watched);
    await page.goto("/admin");
    await signIn(page, ADMIN_KEY);
  }, 90_000);

  afterAll(async () => {
    await watched?.close();
    await town?.close();
    await browser?.close();
  });

  const sound = async (seen: WatchedPage = watched) => {
    expect(await findBarriers(seen.page)).toEqual([]);
    expect(seen.problems).toEqual([]);
  };

  const say = (person: number, text: string) =>
    town.write(
      { from: `556199110000${person}`, name: HOSTILE },
      { type: "text", text: { body: text } },
    );

  /** Whether the first chart has a pixel of exactly this colour. */
  const isPainted = async (colour: readonly number[]) => {
    const found: unknown = await page.evaluate(`(() => {
      const { width, height } = document.querySelector("canvas");
      const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      copy.drawImage(document.querySelector("canvas"), 0, 0);
      const { data } = copy.getImageData(0, 0, width, height);
      const isAt = (index) => ${JSON.stringify(colour)}.every((part, step) => data[index + step] === part);
      for (let index = 0; index < data.length; index += 4) if (isAt(index)) return true;
      return false;
    })()`);
    return found === true;
  };

  test(
    "is told what to do first, and then sees what happens without a reload",
    async () => {
      await page.getByRole("heading", { name: "Welcome to Ponte" }).waitFor();
      await sound();
      await say(1, "oi");
      await page.getByRole("link", { name: /Message to a person.*whatsapp.*read/ }).waitFor();
      world.graph.script([REFUSAL, REFUSAL, REFUSAL]);
      for (const person of [2, 3, 4]) await say(person, "isto falha");
      await page
        .getByRole("link", { name: /Message to a person.*whatsapp.*failed/ })
        .first()
        .waitFor();
      await page.getByText("3 messages or webhooks were given up").waitFor();
      await page.getByRole("link", { name: /Received today\s*4\b/ }).waitFor();
      await page.getByRole("heading", { name: "Welcome to Ponte" }).waitFor({ state: "detached" });
      expect(await page.locator("canvas").count()).toBe(2);
      await sound();
    },
    SLOW_MS,
  );

  test("sees charts in the colours of the theme, with the same figures as a table", async () => {
    // "Sent" has the first colour of the sheet: a value of its own in each theme.
    await eventually(async () => isPainted([11, 110, 79]));
    await page.emulateMedia({ colorScheme: "dark" });
    await eventually(async () => isPainted([76, 199, 155]));
    expect(await isPainted([11, 110, 79])).toBe(false);
    await sound();
    await page.emulateMedia({ colorScheme: "light" });
    const rows = page.getByRole("table", { name: "Messages" }).getByRole("row");
    expect(await rows.count()).toBe(1 + 24);
    await page.getByRole("button", { name: "7 days" }).click();
    await page.waitForURL(/hours=168/);
    await eventually(async () => (await rows.count()) === 1 + 28);
  });

  test("reads why a message died, plans a replay and sees it through", async () => {
    await page.getByRole("link", { name: /Dead letters\s*3/ }).click();
    const list = page.getByRole("list", { name: "Dead letters, the last first" });
    const rows = list.getByRole("listitem");
    await eventually(async () => (await rows.count()) === 3);
    await rows.first().getByRole("button").click();
    const drawer = page.getByRole("dialog", { name: "Dead letter: not delivered" });
    await drawer.getByText("no WhatsApp, an old version").waitFor();
    await drawer.getByText('"interactive"', { exact: false }).first().waitFor();
    await sound();
    await page.keyboard.press("Escape");
    await page.getByLabel("Code").fill("131026");
    await page.keyboard.press("Enter");
    await page.waitForURL(/code=131026/);
    await page.getByText("All that match the filter").waitFor();
    await rows.first().getByRole("checkbox").check();
    await page.getByText("1 selected").waitFor();
    await page.getByRole("button", { name: "Clear the selection" }).click();
    const before = world.graph.sent.length;
    await page.getByRole("button", { name: "Replay…" }).click();
    const plan = page.getByRole("dialog", { name: "Replay dead letters" });
    await plan.getByText("3 will be replayed: 3 on whatsapp. Continue?").waitFor();
    await sound();
    expect(world.graph.sent).toHaveLength(before);
    await plan.getByRole("button", { name: "Replay", exact: true }).click();
    await plan.getByText("3 of 3 were replayed.").waitFor();
    await sound();
    await plan.getByRole("button", { name: "Close" }).last().click();
    await page.getByText("Nothing matches this filter").waitFor();
    await eventually(() => world.graph.sent.length === before + 3);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByText("Nothing was given up").waitFor();
  });

  test("puts away for good what nobody needs, and finds it in the log", async () => {
    expect(await world.post({ object: "whatsapp_business_account", entry: HOSTILE })).toBe(200);
    await page.reload();
    await page.getByRole("button", { name: /not understood/ }).waitFor();
    await page.getByRole("button", { name: "Discard…" }).click();
    const plan = page.getByRole("dialog", { name: "Discard dead letters" });
    await plan.getByText("1 will be discarded for good: 1 on whatsapp. Continue?").waitFor();
    await plan.getByRole("button", { name: "Discard for good" }).click();
    await plan.getByText("1 of 1 was discarded.").waitFor();
    await plan.getByRole("button", { name: "Close" }).last().click();
    await page.getByText("Nothing was given up").waitFor();
    await page.getByRole("link", { name: "Event log" }).click();
    await page.getByLabel("State").selectOption("quarantined");
    await page.waitForURL(/state=quarantined/);
    await page.getByRole("link", { name: /discarded\s*whatsapp/ }).click();
    const drawer = page.getByRole("dialog", { name: "Webhook" });
    await drawer.getByText("A discarded webhook cannot be replayed").waitFor();
    expect(await drawer.getByRole("button", { name: "Replay" }).count()).toBe(0);
    await sound();
    await page.keyboard.press("Escape");
    await page.waitForURL(/events\?state=quarantined$/);
  });

  test("replays a webhook and goes from it to its conversation", async () => {
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page
      .getByRole("link", { name: /taken\s*whatsapp/ })
      .last()
      .click();
    const drawer = page.getByRole("dialog", { name: "Webhook" });
    await drawer.getByRole("button", { name: "Replay" }).click();
    await drawer.getByText("Understood: 1 event in it.").waitFor();
    await drawer.getByText('"whatsapp_business_account"', { exact: false }).waitFor();
    await sound();
    const link = drawer.getByRole("link", { name: "Open the conversation" });
    expect(await link.getAttribute("href")).toMatch(/^\/admin\/conversations\/[\da-f-]{36}$/);
    await page.keyboard.press("Escape");
  });

  test("checks a channel, and pairs a phone whose code goes away by itself", async () => {
    await evolution.connection("close", 401);
    await page.goto("/admin/channels?channel=evolution");
    const card = page.getByRole("region", { name: "evolution", exact: true });
    await card.getByText("not connected").waitFor();
    expect(await card.textContent()).toContain(`${town.url()}/webhooks/evolution/webhook`);
    await card.getByRole("button", { name: "Check" }).click();
    await card.getByRole("list", { name: "The provider says" }).getByText("disconnected").waitFor();
    await sound();
    await card.getByRole("button", { name: "Pair a phone" }).click();
    const dialog = page.getByRole("dialog", { name: "Pair prefeitura-2" });
    await dialog.getByRole("img", { name: /QR code/ }).waitFor();
    await sound();
    await evolution.connection("open", 200);
    await dialog.waitFor({ state: "detached" });
    await page.getByText("prefeitura-2 is connected.").waitFor();
    await card.getByText("not connected").waitFor({ state: "detached" });
  });

  test("tries a backend and sees what a channel would make of its answer", async () => {
    const before = world.graph.sent.length;
    await page.goto("/admin/backends");
    const card = page.getByRole("region", { name: "rasa", exact: true });
    await card.getByRole("button", { name: "Try it" }).click();
    const dialog = page.getByRole("dialog", { name: "Try rasa" });
    await dialog.getByLabel("Show as channel").selectOption("whatsapp");
    await dialog.getByLabel("What a person would write").fill("bom dia");
    await page.keyboard.press("Enter");
    await dialog.getByText("answered").waitFor();
    await dialog.getByRole("heading", { name: "On whatsapp" }).waitFor();
    const bubble = dialog.locator(".bubble").first();
    expect(await bubble.textContent()).toContain("Você disse: bom dia");
    expect(await dialog.getByText('"interactive"', { exact: false }).count()).toBeGreaterThan(0);
    expect(await page.locator("img").count()).toBe(0);
    expect(world.graph.sent).toHaveLength(before);
    await sound();
  });

  test(
    "finds no barrier in Portuguese, in the dark, on a phone, on any of the pages",
    async () => {
      if (browser === undefined) return;
      const seen = await openPage(browser, town.url(), {
        language: "pt-BR",
        theme: "dark",
        width: 360,
      });
      await seen.page.goto("/admin");
      await signIn(seen.page, ADMIN_KEY);
      for (const place of PLACES) {
        await seen.page.goto(place);
        await seen.page.locator("h1").waitFor();
        await seen.page.locator(".spinner").waitFor({ state: "detached" });
        await sound(seen);
        const isWide: unknown = await seen.page.evaluate(
          "document.documentElement.scrollWidth > document.documentElement.clientWidth",
        );
        expect(`${place} ${String(isWide)}`).toBe(`${place} false`);
      }
      await seen.close();
    },
    SLOW_MS,
  );

  test(
    "who may only look is offered nothing else",
    async () => {
      if (browser === undefined) return;
      world.graph.script([REFUSAL]);
      await say(5, "mais uma falha");
      await eventually(() => world.graph.unused().length === 0);
      const made = await town.call("POST", "/keys", { name: "a viewer", role: "viewer" });
      const seen = await openPage(browser, town.url());
      await seen.page.goto("/admin/dead-letters");
      await signIn(seen.page, key.parse(made).key);
      await seen.page
        .getByRole("button", { name: /not delivered/ })
        .first()
        .click();
      const drawer = seen.page.getByRole("dialog", { name: "Dead letter: not delivered" });
      await drawer.getByText("Open the conversation").waitFor();
      expect(await seen.page.getByRole("button", { name: /Replay|Discard/ }).count()).toBe(0);
      expect(await seen.page.getByRole("checkbox").count()).toBe(0);
      await seen.page.goto("/admin/channels");
      await seen.page.getByRole("region", { name: "evolution", exact: true }).waitFor();
      expect(await seen.page.getByRole("button", { name: /Check|Pair/ }).count()).toBe(0);
      expect(await seen.page.getByRole("link", { name: "Backends" }).count()).toBe(0);
      await seen.page.goto("/admin/events");
      await seen.page.getByRole("tab", { name: "Notifications" }).waitFor();
      expect(await seen.page.getByRole("tab", { name: "Events for your systems" }).count()).toBe(0);
      await sound(seen);
      await seen.close();
    },
    SLOW_MS,
  );
});
