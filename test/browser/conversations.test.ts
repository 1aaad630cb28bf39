import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import { ADMIN_KEY, eventually } from "../e2e/world.ts";
import { findBarriers, openBrowser, openPage, signIn, type WatchedPage } from "./browser.ts";
import { lengthen } from "./long-talk.ts";
import { talksBot } from "./talks-bot.ts";
import { openTown, type Town, type Townsperson } from "./town.ts";

const browser: Browser | undefined = await openBrowser();

const ANA = { from: "5561991112222", name: "Ana Beatriz" };
const BETO = { from: "5521966665555", name: "Beto" };
const CARLA = { from: "5511977776666", name: "Carla" };

const said = z.looseObject({ text: z.string() });
const page = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });

(browser === undefined ? describe.skip : describe)("the conversations of the dashboard", () => {
  let town: Town;
  let watched: WatchedPage | undefined;

  const write = (person: Townsperson, text: string, at?: number) =>
    town.write(person, { type: "text", text: { body: text } }, at);

  const sentCount = () => town.world.graph.sent.length;

  const visit = async (look: Parameters<typeof openPage>[2] = {}): Promise<Page> => {
    if (browser === undefined) throw new Error("there is no browser");
    watched = await openPage(browser, town.url(), look);
    await watched.page.goto("/admin/conversations");
    await signIn(watched.page, ADMIN_KEY);
    return watched.page;
  };

  /** The id of the one row that a list has, once it has it. */
  const eventuallyFind = async (route: string): Promise<string> => {
    let id: string | undefined;
    await eventually(async () => {
      id = page.parse(await town.call("GET", route)).data[0]?.id;
      return id !== undefined;
    });
    return id ?? "";
  };

  beforeAll(async () => {
    if (browser === undefined) return;
    town = await openTown({ bot: talksBot });
    await write(ANA, "oi");
    await eventually(() => sentCount() === 1);
    await write(ANA, "lista");
    await eventually(() => sentCount() === 2);
    const refusal = { kind: "error", status: 400, code: 131026 } as const;
    town.world.graph.script([{ ...refusal, details: "The terms were not accepted" }]);
    await write(CARLA, "preciso de ajuda");
    await eventually(async () => {
      const failed = await town.call("GET", "/messages?status=failed");
      return page.parse(failed).data.length === 1;
    });
  }, 90_000);

  afterEach(async () => {
    await watched?.close();
    watched = undefined;
  });

  afterAll(async () => {
    await browser?.close();
    if (browser !== undefined) await town.close();
  }, 30_000);

  test("an operator finds a failed message, reads why, and sends it again", async () => {
    const shown = await visit();
    await shown.getByLabel("With trouble").check();
    await shown.waitForURL(/trouble=true/);
    await shown.locator(".talk", { hasText: "Ana" }).waitFor({ state: "detached" });
    await shown.locator(".talk", { hasText: "Carla" }).click();
    const note = shown.locator(".message-failure");
    await note.waitFor();
    expect(await note.textContent()).toContain("The terms were not accepted");
    expect(await note.textContent()).toContain("131026");

    await shown.locator(".message-out").getByRole("button", { name: "Why this message?" }).click();
    const why = shown.getByRole("dialog", { name: "Why this message" });
    await why.getByRole("cell", { name: "answered" }).waitFor();
    await why.getByRole("tab", { name: "Sent" }).click();
    await why.getByText("Try 1: failed").waitFor();
    await why.getByRole("tab", { name: "Answer" }).press("ArrowLeft");
    await why.getByText("preciso de ajuda").first().waitFor();
    expect(await findBarriers(shown)).toStrictEqual([]);
    await shown.keyboard.press("Escape");
    await why.waitFor({ state: "detached" });

    const before = sentCount();
    await note.getByRole("button", { name: "Send again" }).click();
    await note.waitFor({ state: "detached" });
    await eventually(() => sentCount() === before + 1);
    await shown.locator(".message-out .tick-read").waitFor();
    expect(watched?.problems).toStrictEqual([]);
  }, 120_000);

  test("an operator searches, pauses the bot, writes, and hands back", async () => {
    const shown = await visit({ theme: "dark" });
    await shown.getByRole("searchbox").fill("991112222");
    await shown.locator(".talk", { hasText: "Carla" }).waitFor({ state: "detached" });
    await shown.locator(".talk", { hasText: "Ana Beatriz" }).click();
    await shown.waitForURL(/conversations\/[^?]+\?q=991112222/);

    await shown.getByRole("button", { name: "Ver opções" }).click();
    const sheet = shown.getByRole("dialog", { name: "Ver opções" });
    await sheet.getByText("Guará").waitFor();
    await shown.keyboard.press("Escape");

    await shown.getByRole("button", { name: "Pause bot" }).click();
    await shown.getByLabel("30 minutes").check();
    await shown.getByRole("dialog").getByRole("button", { name: "Pause bot" }).click();
    await shown.getByRole("button", { name: "Resume bot" }).waitFor();

    // What the person says now is shown at once and answered by nobody but us.
    await write(ANA, "tem alguém aí?");
    await shown.locator(".message-in", { hasText: "tem alguém aí?" }).waitFor();
    const before = sentCount();
    const box = shown.getByRole("textbox", { name: "Write a message" });
    await box.fill("Aqui é *Maria*, pois não?");
    await box.press("Enter");
    const own = shown.locator(".message-out", { hasText: "Aqui é Maria, pois não?" });
    await own.locator("strong", { hasText: "Maria" }).waitFor();
    await own.locator(".tick-read").waitFor();
    expect(sentCount()).toBe(before + 1);
    expect(await box.inputValue()).toBe("");
    expect(await findBarriers(shown)).toStrictEqual([]);

    // What was typed outlives a reload.
    await box.fill("um rascunho");
    await shown.reload();
    await shown.getByRole("button", { name: "Resume bot" }).click();
    await shown.getByRole("button", { name: "Pause bot" }).waitFor();
    expect(await box.inputValue()).toBe("um rascunho");

    // A session that ends meanwhile loses nothing either, and nothing is sent twice.
    await shown.context().clearCookies();
    await box.press("Enter");
    await shown.getByRole("dialog", { name: "Your session has ended" }).waitFor();
    await shown.locator('dialog input[type="password"]').fill(ADMIN_KEY);
    await shown.locator('dialog button[type="submit"]').click();
    await shown.getByRole("dialog").waitFor({ state: "detached" });
    expect(await box.inputValue()).toBe("um rascunho");
    expect(sentCount()).toBe(before + 1);
    await box.press("Enter");
    await shown.locator(".message-out", { hasText: "um rascunho" }).waitFor();
    await eventually(() => sentCount() === before + 2);
    watched?.expectRefusals(401);
    expect(watched?.problems).toStrictEqual([]);
  }, 120_000);

  test("on a phone and in Portuguese, a template is filled, looked at and sent", async () => {
    await town.call("POST", "/templates/sync", { channel: "whatsapp" });
    const shown = await visit({ language: "pt-BR", width: 390, height: 780 });
    await shown.locator(".talk", { hasText: "Ana Beatriz" }).click();
    await shown.locator(".message").first().waitFor();
    expect(await shown.locator(".talk").first().isVisible()).toBe(false);
    await shown.getByRole("button", { name: "Usar um modelo" }).click();
    await shown.getByLabel("Modelo", { exact: true }).selectOption({
      label: "aviso_consulta · pt_BR",
    });
    const send = shown.getByRole("button", { name: "Enviar modelo" });
    expect(await send.isDisabled()).toBe(true);
    await shown.getByLabel("Texto: 1").fill("Ana");
    await shown.getByLabel("Texto: 2").fill("25/11");
    await shown.getByLabel(/Botão “Remarcar”/).fill("abc");
    const preview = shown.locator(".composer-preview");
    await preview.getByText("Olá, Ana! Sua consulta é no dia 25/11.").waitFor();
    expect(await findBarriers(shown)).toStrictEqual([]);
    const before = sentCount();
    await send.click();
    await shown.locator(".message-out", { hasText: "aviso_consulta" }).first().waitFor();
    await eventually(() => sentCount() === before + 1);
    await shown.getByRole("link", { name: "Voltar" }).click();
    await shown.locator(".talk").first().waitFor();
    expect(await findBarriers(shown)).toStrictEqual([]);
    expect(watched?.problems).toStrictEqual([]);
  }, 120_000);

  test("a long conversation begins at its end, and reading upwards loses no place", async () => {
    await write(BETO, "oi");
    const found = await eventuallyFind("/conversations?q=Beto");
    await town.call("POST", `/conversations/${found}/pause`, { minutes: 60 });
    const { databaseUrl } = town.world;
    // Nobody but the bridge writes into an embedded database.
    if (databaseUrl === undefined)
      for (let line = 1; line <= 240; line += 1) await write(BETO, `linha ${line}`);
    else await lengthen(databaseUrl, found, 240);
    await eventually(async () => {
      const list = await town.call("GET", `/conversations/${found}/messages?limit=1`);
      const { text } = z.object({ data: z.tuple([said]) }).parse(list).data[0];
      return text === "linha 240";
    });

    const shown = await visit();
    await shown.locator(".talk", { hasText: "Beto" }).click();
    const log = shown.getByRole("log");
    await log.getByText("linha 240", { exact: true }).waitFor();
    // Only what is seen is in the page.
    expect(await shown.locator(".message").count()).toBeLessThan(60);

    /** Where a line stands in the window. */
    const topOf = async (text: string) =>
      (await log.getByText(text, { exact: true }).boundingBox())?.y;
    await log.hover();
    // The first one cannot be scrolled past, as any other can on a busy machine.
    while (!(await log.getByText("linha 1", { exact: true }).isVisible()))
      await shown.mouse.wheel(0, -1_200);
    await shown.mouse.wheel(0, 300);
    await log.getByText("linha 3", { exact: true }).waitFor();
    const before = await topOf("linha 3");

    // What comes now moves nothing, is counted, and is a step away.
    await write(BETO, "linha 241");
    const jump = shown.getByRole("button", { name: "1 new message" });
    await jump.waitFor();
    expect(await topOf("linha 3")).toBe(before);
    await jump.click();
    await log.getByText("linha 241", { exact: true }).waitFor();
    await jump.waitFor({ state: "detached" });

    // Who is at the end stays there.
    await write(BETO, "linha 242");
    await log.getByText("linha 242", { exact: true }).waitFor();
    await shown.waitForFunction(() => {
      const box = document.querySelector('[role="log"]');
      return box !== null && box.scrollHeight - box.scrollTop - box.clientHeight < 2;
    });
    expect(watched?.problems).toStrictEqual([]);
  }, 120_000);

  test("who erases a person types a word for it, and the person is gone", async () => {
    const shown = await visit();
    await shown.locator(".talk", { hasText: "Carla" }).click();
    await shown.getByRole("button", { name: "About this person" }).click();
    const panel = shown.getByRole("dialog", { name: "Carla" });
    await panel.getByRole("button", { name: "Record opt-out" }).click();
    await shown
      .getByRole("dialog", { name: "Record opt-out" })
      .getByRole("button", { name: "Record opt-out" })
      .click();
    await panel.getByText("Wants no messages").waitFor();
    await shown.keyboard.press("Escape");
    expect(await findBarriers(shown)).toStrictEqual([]);
    await shown.getByRole("button", { name: "About this person" }).click();
    await panel.getByRole("button", { name: "Erase person" }).click();
    const asked = shown.getByRole("dialog", { name: "Erase person" });
    const erase = asked.getByRole("button", { name: "Erase person" });
    expect(await erase.isDisabled()).toBe(true);
    await asked.getByRole("textbox").fill("erase");
    await erase.click();
    await shown.locator(".talk", { hasText: "Carla" }).waitFor({ state: "detached" });
    expect(new URL(shown.url()).pathname).toBe("/admin/conversations");
    expect(watched?.problems).toStrictEqual([]);
  }, 120_000);
});
