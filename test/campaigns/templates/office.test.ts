import { randomUUIDv7 } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createTemplateOffice } from "../../../src/campaigns/templates/office.ts";
import { syncTemplates } from "../../../src/campaigns/templates/sync.ts";
import type { Database } from "../../../src/db/driver.ts";
import { listDueSyncs } from "../../../src/db/template-syncs.ts";
import { listQuickest } from "../../database.ts";
import { TRIAL_TEMPLATES } from "../../standins/trial-templates.ts";
import { ageSync, emptyTemplates, rowsOf, startScene, type TemplateScene } from "./scene.ts";

const DRAFT = {
  name: "aviso_novo",
  language: "pt_BR",
  category: "UTILITY",
  parameterFormat: "positional" as const,
  components: [{ type: "BODY", text: "Olá, {{1}}!", example: { body_text: [["Joana"]] } }],
};
const HOUR = 3_600_000;

describe.each(await listQuickest())("templates made and removed on $label", ({ open }) => {
  let db: Database;
  let scene: TemplateScene;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await emptyTemplates(db);
    scene = await startScene(db, TRIAL_TEMPLATES.slice(0, 8));
  });
  afterEach(() => scene.close());

  const office = () => createTemplateOffice(scene.deps);

  /** Whether the list of the channel is to be read again. */
  const isStale = async () => {
    await ageSync(db, HOUR);
    const due = await listDueSyncs(db, ["whatsapp"], { everyMs: 100 * HOUR, afterErrorMs: 1 });
    return due.length > 0;
  };

  test("a template is made, and is there at once, for review", async () => {
    const row = await office().create("whatsapp", DRAFT);
    expect(row).toMatchObject({
      channel: "whatsapp",
      name: "aviso_novo",
      status: "PENDING",
      synced_at: null,
      parameter_format: "positional",
    });
    expect(scene.shelf.templates.at(-1)).toMatchObject({ id: row.external_id, status: "PENDING" });
    expect(await rowsOf(db, "aviso_novo")).toEqual([row]);
  });

  test("one that is made while a list is read is not gone", async () => {
    await syncTemplates(scene.deps, "whatsapp");
    const { http } = scene.deps.tools;
    const late: typeof http = async (request, options) => {
      const answer = await http(request, options);
      if (request.method === "GET" && (await rowsOf(db, "aviso_novo")).length === 0)
        await office().create("whatsapp", DRAFT);
      return answer;
    };
    const deps = { ...scene.deps, tools: { ...scene.deps.tools, http: late } };
    const done = await syncTemplates(deps, "whatsapp", { insist: true });
    expect(done).toMatchObject({ kind: "synced", gone: 0 });
    expect((await rowsOf(db, "aviso_novo"))[0]?.gone_at).toBeNull();
  });

  test("what the provider would refuse is said before it is asked", async () => {
    const components = [{ type: "BODY", text: "{{1}}" }];
    await expect(office().create("whatsapp", { ...DRAFT, components })).rejects.toMatchObject({
      code: "request_invalid",
      detail:
        "The body needs an example for 1. The body must neither begin nor end with a variable.",
    });
    expect(scene.shelf.calls).toEqual([]);
  });

  test("a name and language that are taken are refused by the provider", async () => {
    await office().create("whatsapp", DRAFT);
    await expect(office().create("whatsapp", DRAFT)).rejects.toMatchObject({
      code: "channel_invalid_payload",
      provider: { code: "2388024" },
    });
  });

  test("no answer: the next listing tells what became of it", async () => {
    await syncTemplates(scene.deps, "whatsapp");
    scene.shelf.faults.push({ kind: "reset" });
    await expect(office().create("whatsapp", DRAFT)).rejects.toMatchObject({
      code: "channel_unavailable",
    });
    expect(await rowsOf(db, "aviso_novo")).toEqual([]);
    expect(await isStale()).toBe(true);
  });

  test("a channel whose provider makes none says so", async () => {
    await expect(office().create("rest", DRAFT)).rejects.toMatchObject({
      code: "request_conflict",
    });
    expect(office().channels()).toEqual(["whatsapp"]);
  });

  describe("removed", () => {
    beforeEach(async () => {
      await syncTemplates(scene.deps, "whatsapp");
    });
    const find = async (language: string) => {
      const row = (await rowsOf(db, "po_notification")).find((one) => one.language === language);
      if (row === undefined) throw new Error("the template is not there");
      return row;
    };
    const atProvider = () =>
      scene.shelf.templates
        .filter(({ name }) => name === "po_notification")
        .map((one) => one.language);

    test("is one language alone, once", async () => {
      await office().remove(await find("pt_BR"));
      expect(atProvider()).toEqual(["en"]);
      expect(await find("pt_BR")).toMatchObject({ status: "DELETED", gone_at: expect.any(String) });
      expect((await find("en")).gone_at).toBeNull();
      const calls = scene.shelf.calls.length;
      await office().remove(await find("pt_BR"));
      expect(scene.shelf.calls).toHaveLength(calls);
    });

    test.each([
      { label: "waits for its start", state: "scheduled", language: undefined },
      { label: "runs", state: "running", language: "pt_BR" },
      { label: "is paused", state: "paused", language: "pt-BR" },
    ])("is nothing that a campaign which $label is to send", async ({ state, language }) => {
      const template = { name: "po_notification", ...(language !== undefined && { language }) };
      await db.query(
        `insert into campaigns (id, channel, accounts, name, message, state, created_by)
         values ($1::text::uuid, 'whatsapp', '{}', 'x', $2::text::jsonb, $3::text, 'admin')`,
        [randomUUIDv7(), JSON.stringify({ template }), state],
      );
      await expect(office().remove(await find("pt_BR"))).rejects.toMatchObject({
        code: "request_conflict",
      });
      expect(atProvider()).toEqual(["pt_BR", "en"]);
    });

    test("is nothing of which the provider's id is not known, for that would be all languages", async () => {
      const row = { ...(await find("pt_BR")), external_id: null };
      await expect(office().remove(row)).rejects.toMatchObject({ code: "request_conflict" });
      expect(atProvider()).toEqual(["pt_BR", "en"]);
    });

    test("is nothing that the provider keeps", async () => {
      const kept = scene.shelf.templates.find(({ language }) => language === "pt_BR");
      if (kept !== undefined) kept.status = "DISABLED";
      await expect(office().remove(await find("pt_BR"))).rejects.toMatchObject({
        code: "channel_invalid_payload",
      });
      expect((await find("pt_BR")).gone_at).toBeNull();
    });
  });
});
