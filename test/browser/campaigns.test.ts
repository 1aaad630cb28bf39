import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "csv-parse/sync";
import type { Browser, Download, Page } from "playwright-core";
import { ADMIN_KEY, eventually, listDrivers, startWorld, type World } from "../e2e/world.ts";
import { TRIAL_BUSINESS_ACCOUNT, TRIAL_TEMPLATES } from "../standins/trial-templates.ts";
import { findBarriers, openBrowser, openPage, signIn, type WatchedPage } from "./browser.ts";

const browser: Browser | undefined = await openBrowser();

const HOSTILE = '<img src=x onerror="alert(1)">';

/** As a spreadsheet in Brazil saves it: semicolons, windows-1252, a person twice, a line that is none, a hostile name. */
const LIST = Buffer.from(
  [
    "telefone;nome;pedido;observação",
    "(61) 990000001;José da Conceição;4500001;manhã",
    `(61) 990000002;"${HOSTILE.replaceAll('"', '""')}";4500002;=1+1`,
    "(61) 990000003;Zoë;4500003;",
    "61 99000-0001;José de novo;4500004;",
    "sem número;Ninguém;4500005;",
  ].join("\r\n"),
  "latin1",
);

async function readDownload(download: Promise<Download>): Promise<string> {
  return readFileSync(await (await download).path(), "utf8");
}

(browser === undefined ? describe.skip : describe)("a campaigner's way", () => {
  let world: World;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    if (browser === undefined) return;
    const [{ driver } = { driver: "embedded" as const }] = await listDrivers();
    world = await startWorld({
      driver,
      graph: { templates: { businessAccount: TRIAL_BUSINESS_ACCOUNT, known: TRIAL_TEMPLATES } },
      env: { WHATSAPP_BUSINESS_ACCOUNT_ID: TRIAL_BUSINESS_ACCOUNT },
    });
    watched = await openPage(browser, world.bridge().url);
    ({ page } = watched);
    await page.goto("/admin/templates");
    await signIn(page, ADMIN_KEY);
  }, 90_000);

  afterAll(async () => {
    await watched?.close();
    await world?.close();
    await browser?.close();
  });

  /** Nothing may be wrong with the page as it stands, by day and by night. */
  const sound = async () => {
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      // A colour on its way from one to the other is neither's.
      await page.waitForFunction(
        () => !document.getAnimations().some((moving) => moving instanceof CSSTransition),
      );
      expect(await findBarriers(page)).toEqual([]);
    }
    expect(watched.problems).toEqual([]);
  };

  const next = () => page.getByRole("button", { name: "Continue" }).click();

  test("templates are synced, found, tried and sent for a test", async () => {
    await page.getByRole("button", { name: "Sync now" }).click();
    const said = page.getByRole("dialog", { name: "What the providers said" });
    await said.getByText("124 listed").first().waitFor();
    await sound();
    await said.locator("footer").getByRole("button", { name: "Close" }).click();
    await page.getByRole("searchbox").fill("Até lá consulta");
    await page.waitForURL(/q=/);
    await page.getByRole("row", { name: /aviso_consulta.*approved/ }).waitFor();
    await sound();
    await page.getByRole("link", { name: "aviso_consulta" }).first().click();
    const phone = page.locator(".phone-frame");
    await phone.getByText("Olá, Joana! Sua consulta é no dia 25/11. Até lá.").waitFor();
    await page.getByLabel("Body: 1").fill(HOSTILE);
    await phone.getByText(`Olá, ${HOSTILE}!`).waitFor();
    await page
      .getByText(/Value 2 of the body|needs a value/)
      .first()
      .waitFor();
    await page.getByLabel("Body: 2").fill("30/11");
    await page.getByLabel("Button: Remarcar").fill("abc");
    await page.locator(".finding").first().waitFor({ state: "detached" });
    await sound();
    await page.getByLabel("Phone number").fill("+5561990000009");
    await page.getByRole("button", { name: "Send a test…" }).click();
    expect(world.graph.sent).toEqual([]);
    await page.getByRole("button", { name: "Send it" }).click();
    await page.getByRole("link", { name: "See what became of it" }).waitFor();
    await eventually(() => world.graph.sent.length > 0);
    expect(world.graph.sent.map(({ to }) => to)).toEqual(["+5561990000009"]);
  }, 120_000);

  test("a template is corrected at its fields and handed in, with nothing typed lost", async () => {
    await page.goto("/admin/templates?new=1");
    const dialog = page.getByRole("dialog", { name: "New template" });
    await dialog.getByLabel("Channel").selectOption("whatsapp");
    await dialog.getByLabel("Name").fill("aviso_coleta");
    await dialog.getByLabel("Body", { exact: true }).fill("{{nome}} tem coleta amanhã.");
    await dialog.getByRole("button", { name: "Hand in" }).click();
    const fault = "The body must neither begin nor end with a variable.";
    const body = dialog.getByLabel("Body", { exact: true });
    await dialog.locator(".finding", { hasText: fault }).waitFor();
    expect(await body.getAttribute("aria-invalid")).toBe("true");
    watched.expectRefusals(422);
    await sound();
    await body.fill("Olá, {{nome}}: coleta amanhã.");
    await dialog.getByLabel("Example in the body: nome").fill("Joana");
    await dialog.getByRole("button", { name: "Hand in" }).click();
    await page.getByRole("heading", { name: "aviso_coleta" }).waitFor();
    await page.getByText("in review").first().waitFor();
  }, 120_000);

  test("a list becomes a campaign, is looked at, imported, started and watched to its end", async () => {
    await page.goto("/admin/campaigns");
    await page.getByText("No campaigns yet").waitFor();
    await sound();
    await page.getByRole("main").getByRole("link", { name: "New campaign" }).first().click();
    await page.getByLabel("Name", { exact: true }).fill("Pedidos de novembro");
    await page.getByRole("searchbox").fill("po_notification pt_BR");
    await page.getByRole("radio", { name: /po_notification pt_BR/ }).check();
    await page.getByLabel("Body: total_amount").fill("R$ 10,00");
    await sound();

    // The session ends in the middle of it: what was typed is still there, and nothing was done.
    await page.context().clearCookies();
    await next();
    const again = page.getByRole("dialog", { name: "Your session has ended" });
    await again.locator('input[type="password"]').fill(ADMIN_KEY);
    await again.getByRole("button", { name: "Sign in" }).click();
    await again.waitFor({ state: "detached" });
    watched.expectRefusals(401);
    const name = page.getByLabel("Name", { exact: true });
    expect(await name.inputValue()).toBe("Pedidos de novembro");
    expect(await world.api("/campaigns")).toMatchObject({ data: [] });
    await next();

    await page.locator('input[type="file"]').setInputFiles({
      name: "lista.csv",
      mimeType: "application/vnd.ms-excel",
      buffer: LIST,
    });
    await page.getByRole("cell", { name: "José da Conceição" }).waitFor();
    expect(await page.getByLabel("Delimiter").locator("option").first().textContent()).toContain(
      "semicolon",
    );
    expect(await page.getByLabel("Encoding").locator("option").first().textContent()).toContain(
      "windows-1252",
    );
    await page.getByText(/No columns fill supplier_name, po_number/).waitFor();
    await page.getByLabel("Column for Body: supplier_name").selectOption("nome");
    await page.getByLabel("Column for Body: po_number").selectOption("pedido");
    await page.getByText(/No columns fill/).waitFor({ state: "detached" });
    await sound();
    await next();

    await page.getByText("Olá, José da Conceição! O pedido 4500001").waitFor();
    await page.getByText(`Olá, ${HOSTILE}! O pedido 4500002`).waitFor();
    await page.getByText("1 of the first lines adds nobody.").waitFor();
    await page.locator(".phone-frame .bubble").nth(3).waitFor();
    await sound();
    expect(world.graph.sent).toHaveLength(1);
    await next();
    await page.getByRole("button", { name: "Import the list" }).click();
    const counts = page.locator(".campaign-tile");
    await counts.first().waitFor();
    expect(await counts.allTextContents()).toEqual([
      "Lines5",
      "Added3",
      "Duplicate1",
      "Invalid1",
      "Want no messages0",
    ]);
    const report = page.waitForEvent("download");
    await page.getByRole("link", { name: "Whole report as CSV" }).click();
    expect(await readDownload(report)).toMatch(/5;duplicate;[^\n]*\n6;invalid;sem número;/);
    await sound();
    await next();

    await page.getByLabel("Messages a second at most").fill("50");
    await sound();
    await page.getByRole("button", { name: "Start…" }).click();
    const confirm = page.getByRole("dialog", { name: "Start this campaign?" });
    await confirm.getByText("The message goes to 3 people, beginning now.").waitFor();
    await sound();
    expect(world.graph.sent).toHaveLength(1);
    await confirm.getByRole("button", { name: "Start" }).click();

    await page.getByRole("heading", { name: "Pedidos de novembro" }).waitFor();
    await page.locator(".page-head").getByText("finished").waitFor();
    const last = page.locator(".funnel-steps li", { hasText: "Read" }).locator(".funnel-count");
    await last.getByText("3", { exact: true }).waitFor();
    await page.locator(".recipient", { hasText: HOSTILE }).getByText("read").first().waitFor();
    expect(await page.locator("img[src='x']").count()).toBe(0);
    await sound();
    const file = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export recipients as CSV" }).click();
    const rows: unknown = parse(await readDownload(file), { columns: true, bom: true });
    expect(rows).toMatchObject([
      { name: "José da Conceição", status: "read", observação: "manhã" },
      { to: "'+5561990000002", name: HOSTILE, status: "read", observação: "'=1+1" },
      { name: "Zoë", status: "read" },
    ]);
    expect(world.graph.sent).toHaveLength(4);
  }, 90_000);

  test("a campaign is paused, resumed and cancelled, each after a word, and moves by itself", async () => {
    await page.getByRole("button", { name: "Duplicate" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Duplicate" }).click();
    await page.getByText("Draft: Pedidos de novembro (copy)").waitFor();
    await page.getByRole("radio", { name: "Paste it" }).check();
    const lines = Array.from({ length: 30 }, (_line, place) => `619${91_000_000 + place};Ana;1`);
    await page.getByLabel("Lines of the list").fill(["telefone;nome;pedido", ...lines].join("\n"));
    await page.getByRole("cell", { name: "Ana" }).first().waitFor();
    await next();
    await page.getByText("The first lines are fine.").waitFor();
    await next();
    await page.getByRole("button", { name: "Import the list" }).click();
    await page.getByText("The list is imported").waitFor();
    await next();
    await page.getByLabel("Messages a second at most").fill("0,5");
    await page.getByRole("button", { name: "Start…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Start" }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused: by hand").waitFor();
    await sound();

    // In Portuguese, and told by the stream what somebody else did.
    await page.getByLabel("Language").selectOption("pt-BR");
    await page.getByText("Pausada: por alguém da equipe").waitFor();
    await page.getByText("Alguém a pausou. Retome-a quando puder continuar.").waitFor();
    await sound();
    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const call = { method: "POST", headers };
    const resumed = await fetch(`${world.bridge().url}/api/v1/campaigns/${id}/resume`, call);
    expect(resumed.status).toBe(200);
    await page.locator(".page-head").getByText("em andamento").waitFor();
    await page.getByRole("button", { name: "Cancelar campanha" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancelar campanha" }).click();
    await page.locator(".page-head").getByText("cancelada").waitFor();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("tab", { name: "Histórico" }).click();
    await page.locator(".campaign-log li", { hasText: "retomada" }).waitFor();
    await page.waitForURL(/tab=log/);
    await sound();
  }, 90_000);
});
