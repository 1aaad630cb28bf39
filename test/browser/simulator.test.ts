import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { createServerDatabase, hasServer } from "../database.ts";
import { type BridgeProcess, startBridge } from "../e2e/bridge-process.ts";
import { ADMIN_KEY } from "../e2e/world.ts";
import { findBarriers, openBrowser, openPage, type PageLook, type WatchedPage } from "./browser.ts";

const browser: Browser | undefined = await openBrowser();

/** What does not appear within it never will, milliseconds: the test then says where it waits. */
const LONGEST_WAIT_MS = 25_000;

/** The five providers, as the page calls them. */
const LINES = [
  "WhatsApp Cloud API",
  "Serpro WhatsApp",
  "Azure Communication Services · WhatsApp",
  "SMS",
  "Evolution API",
] as const;

const theirs = (page: Page, text: string | RegExp) =>
  page.locator(".talk-their").filter({ hasText: text });

const own = (page: Page, text: string) => page.locator(".talk-own").filter({ hasText: text });

async function write(page: Page, text: string): Promise<void> {
  const box = page.locator(".composer textarea");
  await box.fill(text);
  await box.press("Enter");
}

const unfold = (page: Page, title: string) =>
  page.locator(".fold > summary").filter({ hasText: title }).click();

(browser === undefined ? describe.skip : describe)(
  "the phone simulator of a bridge as it comes",
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), "ponte-simulator-"));
    let bridge: BridgeProcess | undefined;
    let dropDatabase: (() => Promise<void>) | undefined;
    const open: WatchedPage[] = [];

    const visit = async (to: string, look: PageLook = {}): Promise<WatchedPage> => {
      if (browser === undefined || bridge === undefined) throw new Error("there is no bridge");
      const watched = await openPage(browser, bridge.url, look);
      open.push(watched);
      watched.page.setDefaultTimeout(LONGEST_WAIT_MS);
      await watched.page.goto(to);
      return watched;
    };

    beforeAll(async () => {
      const database = (await hasServer()) ? await createServerDatabase() : undefined;
      dropDatabase = database?.drop;
      bridge = await startBridge({
        PONTE_DATA_DIR: folder,
        PONTE_ADMIN_KEY: ADMIN_KEY,
        ...(database !== undefined && { DATABASE_URL: database.url }),
      });
    }, 120_000);

    afterEach(async () => {
      for (const { close } of open.splice(0)) await close();
    });

    afterAll(async () => {
      await browser?.close();
      await bridge?.stop("SIGTERM");
      await dropDatabase?.();
      rmSync(folder, { recursive: true, force: true });
    });

    test("is talked to by somebody who has no account: buttons, a list, ticks, payloads", async () => {
      const { page, problems, expectRefusals } = await visit("/simulator");
      await page.getByRole("button", { name: "hi a greeting with buttons" }).click();
      await own(page, "hi").waitFor();
      const greeting = theirs(page, "How can I help?");
      await greeting.locator(".tick-read").waitFor();
      await greeting.getByRole("button", { name: "What do you do?" }).click();
      await theirs(page, "I can chat with you a little").waitFor();
      // WhatsApp's marks are drawn, not written.
      expect(await theirs(page, "I can chat").locator("strong, b").first().textContent()).toBe(
        "menu",
      );

      await write(page, "menu");
      await theirs(page, "Choose from the list.")
        .getByRole("button", { name: "Ver opções" })
        .click();
      const sheet = page.locator("dialog[open]");
      await sheet.getByText("Where the answers come from").click();
      await sheet.waitFor({ state: "detached" });
      await theirs(page, "I'm an automatic assistant").locator(".tick-read").waitFor();

      // The whole way of the last message stands beside the phone.
      const inside = page.getByRole("region", { name: "Behind the phone" });
      await inside.getByText("Sent to WhatsApp Cloud API").waitFor();
      await inside.getByText("utter_who_are_you_en#0", { exact: true }).waitFor();
      expect(await inside.getByRole("article", { name: "Webhook in" }).textContent()).toContain(
        "list_reply",
      );
      expect(await findBarriers(page)).toEqual([]);

      await page.getByRole("tab", { name: "Providers" }).click();
      for (const title of LINES) {
        const card = inside.getByRole("article", { name: title, exact: true });
        await card.getByText("1 message").waitFor();
        await card.getByText("Payload", { exact: true }).click();
        expect(await card.locator("pre").first().textContent()).toContain("automatic assistant");
      }

      // The dashboard finds the conversation under the address that the page gives.
      await page.getByRole("tab", { name: "Message" }).click();
      const link = await page
        .getByRole("link", { name: "Find it in the dashboard" })
        .getAttribute("href");
      const id = /^\/admin\/conversations\/([\w-]{36})$/.exec(link ?? "")?.[1];
      const found = await fetch(`${bridge?.url}/api/v1/conversations/${id}`, {
        headers: { Authorization: `Bearer ${ADMIN_KEY}` },
      });
      expect(await found.json()).toMatchObject({ channel: "simulator", contact_name: "Ana Souza" });

      // A session that ends in the middle is begun again by itself, and what was typed is still there.
      await page.context().clearCookies();
      const entered = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/session"));
      await write(page, "thanks");
      await entered;
      await page.locator(".composer textarea").press("Enter");
      await own(page, "thanks").waitFor();

      await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
      // A colour that is half way from one theme to the other has no contrast.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
      await page.waitForFunction(() => document.getAnimations().length === 0);
      expect(await findBarriers(page)).toEqual([]);
      await page.locator(".preferences select").first().selectOption("pt-BR");
      await page.getByRole("heading", { name: "Seu bot" }).waitFor();
      await page.getByRole("tab", { name: "Mensagem" }).waitFor();
      expectRefusals(401);
      expect(problems).toEqual([]);
    });

    test("plays a provider's faults: forged webhooks, repetitions, failures, closed windows", async () => {
      const look = await visit("/simulator?person=%2B5561991110001&line=simulator-serpro");
      const { page, problems, expectRefusals } = look;
      await unfold(page, "How messages arrive");
      await page.getByLabel("Signature of the webhook").selectOption("bad");
      await write(page, "forged");
      await page.getByText("The bridge refused this webhook: HTTP 401").waitFor();
      expect(await own(page, "forged").count()).toBe(0);
      await page.getByRole("tab", { name: "Webhooks" }).click();
      await page.locator(".call").getByText("HTTP 401").waitFor();
      await page.getByRole("button", { name: "Back to normal" }).click();

      // The same call three times, and two messages in one call: each is answered once.
      await page.getByLabel("Comes", { exact: true }).selectOption("3");
      await page.getByLabel(/^Gather messages/).check();
      await write(page, "thanks");
      await write(page, "bye");
      await page.getByRole("button", { name: "Send 2 together" }).click();
      await page.getByText("Came 3 times").waitFor();
      await theirs(page, "See you!").locator(".tick-read").waitFor();
      expect(await page.locator(".talk-own").count()).toBe(2);
      expect(await page.locator(".talk-their").count()).toBe(2);
      await page.getByRole("button", { name: "Back to normal" }).click();
      await page.getByLabel(/^Gather messages/).uncheck();

      await unfold(page, "Ticks and failures");
      await page.getByLabel("The next sends fail with").selectOption("131026");
      await write(page, "menu");
      await page.getByText("Message undeliverable (131026)").waitFor();
      await page.getByLabel("The next sends fail with").selectOption("");
      await page.getByLabel(/^By hand/).check();
      await write(page, "help");
      const answer = theirs(page, "Write menu to see");
      await answer.locator(".tick-sent").waitFor();
      await answer.getByRole("button", { name: "Message options" }).click();
      await page.locator("dialog[open]").getByRole("button", { name: "read" }).click();
      await answer.locator(".tick-read").waitFor();

      await unfold(page, "24-hour window");
      await page.getByRole("button", { name: "+25 h" }).click();
      await page.getByText("Closed: templates only").first().waitFor();
      await unfold(page, "Write to this person");
      await page.locator(".fold").getByRole("textbox", { name: "Text" }).fill("are you there?");
      await page.locator(".fold").getByRole("button", { name: "Send" }).click();
      await page.getByText("channel_window_closed").waitFor();
      expectRefusals(409);
      await page.getByRole("radio", { name: "Template" }).check();
      await page
        .getByRole("combobox", { name: "Template" })
        .selectOption({ label: "appointment_reminder · en" });
      await page.getByLabel("Value of 1").fill("Ana");
      await page.getByLabel("Value of 2").fill("Friday");
      expect(await findBarriers(page)).toEqual([]);
      await page.locator(".fold").getByRole("button", { name: "Send" }).click();
      const sent = theirs(page, "appointment_reminder");
      await sent.locator(".tick-sent").waitFor();
      await sent.getByRole("button", { name: "I will come" }).click();
      await own(page, "I will come").waitFor();

      await page.getByRole("button", { name: "Begin anew" }).click();
      await page.locator("dialog[open]").getByRole("button", { name: "Begin anew" }).click();
      await page.getByText("Say something to your bot").waitFor();
      expect(problems).toEqual([]);
    });

    test("plays a shared script only when it is told to, on a phone's width and in Portuguese", async () => {
      const steps = [
        { say: { content: { type: "text", text: "lista" } } },
        { expect: { texts: ["Escolha uma opção"] } },
        { say: { content: { type: "text", text: "4" } } },
        { expect: { texts: ["Até logo!"] } },
        { expect: { texts: ["nunca dito"], timeout_ms: 50 } },
      ];
      const script = { version: 1, title: "Menu <b>por</b> SMS", channel: "simulator-sms", steps };
      const code = Buffer.from(JSON.stringify(script)).toString("base64url");
      const look = { width: 390, height: 844, theme: "dark", language: "pt-BR" } as const;
      const { page, problems } = await visit(`/simulator?line=simulator-sms#script=${code}`, look);
      const dialog = page.getByRole("dialog", { name: "Compartilharam uma conversa com você" });
      await dialog.getByText("Menu <b>por</b> SMS").waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Ficar com ela" }).click();
      expect(new URL(page.url()).hash).toBe("");
      await page.getByRole("tab", { name: "Telefone" }).click();
      await page.getByText("Diga algo ao seu bot").waitFor();
      expect(await page.locator(".talk-row").count()).toBe(0);

      await page.getByRole("tab", { name: "Bastidores" }).click();
      await page.getByRole("button", { name: "Repetir" }).click();
      await page.getByText("1 passo deu errado").waitFor();
      expect(await page.locator(".step-passed").count()).toBe(4);
      expect(await page.locator(".step-failed").textContent()).toContain("nunca dito");
      expect(await findBarriers(page)).toEqual([]);

      // Recording gives a script that plays.
      await page.getByRole("button", { name: "Gravar" }).click();
      await page.getByRole("tab", { name: "Telefone" }).click();
      await write(page, "quem é você?");
      await theirs(page, "Sou um assistente automático").waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await page.getByRole("tab", { name: "Bastidores" }).click();
      await page.getByRole("button", { name: "Parar (1 passo)" }).click();
      await page.getByRole("button", { name: "Repetir" }).click();
      await page.getByText("Como esperado").waitFor();
      expect(problems).toEqual([]);
    });
  },
);
