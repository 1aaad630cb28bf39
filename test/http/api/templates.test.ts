import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createTemplateOffice } from "../../../src/campaigns/templates/office.ts";
import type { Database } from "../../../src/db/driver.ts";
import { emptyTemplates, startScene, type TemplateScene } from "../../campaigns/templates/scene.ts";
import { listQuickest } from "../../database.ts";
import { TRIAL_TEMPLATES } from "../../standins/trial-templates.ts";
import { type ApiUnderTest, createApiUnderTest } from "./api-client.ts";
import { IDS, seed } from "./seed.ts";

/** A few of them are enough here; the suites of the sync list all pages. */
const KNOWN = TRIAL_TEMPLATES.slice(0, 8);
const ALL = KNOWN.length;
const UNKNOWN = "00000000-0000-7000-8000-00000000ffff";

describe.each(await listQuickest())("templates over the API on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;
  let scene: TemplateScene;
  beforeAll(async () => {
    db = await open();
    await seed(db);
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await emptyTemplates(db);
    scene = await startScene(db, KNOWN);
    api = createApiUnderTest(db, { templates: createTemplateOffice(scene.deps) });
  });
  afterEach(async () => {
    expect(api.bugs).toEqual([]);
    await scene.close();
  });

  const sync = (body: object = {}) => api.post("/templates/sync", body);
  const only = async (query: string) => (await api.get(`/templates?${query}`)).body.data;
  const idOf = async (name: string, language = "pt_BR"): Promise<string> =>
    (await only(`name=${name}&language=${language}`))[0].id;

  test("a sync tells what changed, per channel", async () => {
    expect((await sync()).body.data).toEqual([
      {
        channel: "whatsapp",
        outcome: "synced",
        detail: null,
        synced: ALL,
        added: ALL,
        changed: 0,
        gone: 0,
        is_complete: true,
      },
    ]);
    expect((await sync()).body.data).toMatchObject([{ outcome: "resting" }]);
    expect((await sync({ channel: "whatsapp", force: true })).body.data).toMatchObject([
      { outcome: "synced", added: 0 },
    ]);
    scene.shelf.faults.push({ kind: "refuse", status: 401, code: 190 });
    expect((await sync({ force: true })).body.data).toMatchObject([
      { outcome: "failed", detail: expect.stringContaining("channel_account_blocked: 190") },
    ]);
  });

  test.each([
    { label: "a channel that is not there", body: { channel: "none" }, status: 404 },
    { label: "a channel without templates", body: { channel: "rest" }, status: 409 },
    { label: "a channel that is no name", body: { channel: 5 }, status: 422 },
    { label: "a key that is not known", body: { chanel: "whatsapp" }, status: 422 },
  ])("a sync of $label is refused", async ({ body, status }) => {
    expect((await sync(body)).status).toBe(status);
  });

  describe("once they are known", () => {
    beforeEach(() => sync());

    test("they are listed in pages and by what they are", async () => {
      const first = (await api.get("/templates?limit=5")).body;
      const second = (await api.get(`/templates?limit=5&cursor=${first.next_cursor}`)).body;
      const ids = [...first.data, ...second.data].map(({ id }: { id: string }) => id);
      expect([new Set(ids).size, second.next_cursor]).toEqual([ALL, null]);
      expect(await only("status=paused")).toMatchObject([
        { name: "oferta_semanal", is_sendable: false, quality: "RED" },
      ]);
      expect(await only("category=MARKETING")).toHaveLength(1);
      expect(await only("language=en")).toMatchObject([
        {
          name: "po_notification",
          is_sendable: true,
          variables: {
            header: [],
            body: ["supplier_name", "po_number", "total_amount"],
            buttons: [],
          },
        },
      ]);
      expect(await only("name=aviso_consulta")).toMatchObject([
        { variables: { header: [], body: ["1", "2"], buttons: [1] } },
      ]);
      expect(await only("channel=other")).toEqual([]);
    });

    test("one of them shows what became of its messages", async () => {
      const id = await idOf("po_notification");
      await db.query(
        `update messages set template_name = 'po_notification', template_language = 'pt_BR',
           created_at = now() - interval '1 day', read_at = null where id = $1::text::uuid`,
        [IDS.answer],
      );
      await db.query(
        `update messages set template_name = 'po_notification', template_language = 'pt_BR',
           created_at = now() - interval '10 days' where id = $1::text::uuid`,
        [IDS.failedNotice],
      );
      await db.query(
        `update messages set template_name = 'po_notification', template_language = 'en', sent_at = now(),
           created_at = now() where id = $1::text::uuid`,
        [IDS.secondAnswer],
      );
      expect((await api.get(`/templates/${id}`)).body.usage).toEqual({
        last_7_days: { sent: 1, delivered: 1, read: 0, failed: 0 },
        last_30_days: { sent: 2, delivered: 1, read: 0, failed: 1 },
      });
    });

    test("a preview without values shows the examples", async () => {
      const id = await idOf("po_notification", "en");
      expect((await api.post(`/templates/${id}/preview`)).body).toEqual({
        header: { format: "TEXT", text: "Purchase order approved" },
        body: "Hello, Central Stationery! Order 4500012345, worth BRL 1,250.00, was approved. Thank you.",
        footer: "Reply STOP to get no more of these.",
        buttons: [],
        problems: [],
        warnings: [],
      });
    });

    test("a preview with values says what keeps it from being sent", async () => {
      const id = await idOf("po_notification", "en");
      const params = { supplier_name: "{{nome}}", po_number: "{{pedido}}", total_amount: "1" };
      const { body } = await api.post(`/templates/${id}/preview`, {
        params,
        values: { nome: "Ana" },
      });
      expect(body).toMatchObject({
        body: "Hello, Ana! Order {{pedido}}, worth 1, was approved. Thank you.",
        problems: ["There is no value for the placeholder pedido."],
      });
    });

    test("one language is removed", async () => {
      const id = await idOf("po_notification", "en");
      const { body } = await api.delete(`/templates/${id}`);
      expect(body).toMatchObject({ status: "DELETED", is_sendable: false });
      expect(scene.shelf.templates).toHaveLength(ALL - 1);
    });
  });

  const DRAFT = {
    channel: "whatsapp",
    name: "aviso_novo",
    language: "pt_BR",
    category: "UTILITY",
    components: [
      {
        type: "BODY",
        text: "Olá, {{nome}}!",
        example: { body_text_named_params: [{ param_name: "nome", example: "Joana" }] },
      },
    ],
  };

  test("a template is handed in for review", async () => {
    const { status, body } = await api.post("/templates", DRAFT);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: "PENDING",
      parameter_format: "named",
      is_sendable: false,
      variables: { body: ["nome"] },
    });
    expect(scene.shelf.refusals).toEqual([]);
    expect((await api.post("/templates", DRAFT)).body).toMatchObject({
      status: 422,
      code: "channel_invalid_payload",
      detail: "2388024: there is a template of this name in this language",
    });
  });

  test.each([
    { label: "a name with capitals", changes: { name: "Aviso" } },
    { label: "a language that is none", changes: { language: "português" } },
    { label: "a category that is none", changes: { category: "SPAM" } },
    { label: "no component", changes: { components: [] } },
    { label: "a component that is none", changes: { components: [{ type: "CAROUSEL" }] } },
    {
      label: "a body too long",
      changes: { components: [{ type: "BODY", text: "x".repeat(1025) }] },
    },
    {
      label: "a variable without an example",
      changes: { components: [{ type: "BODY", text: "Olá, {{1}}!" }] },
    },
  ])("$label is refused before the provider is asked", async ({ changes }) => {
    const { status } = await api.post("/templates", { ...DRAFT, ...changes });
    expect([status, scene.shelf.calls]).toEqual([422, []]);
  });

  test("a channel that is not there, or makes none, is told", async () => {
    expect((await api.post("/templates", { ...DRAFT, channel: "none" })).status).toBe(404);
    expect((await api.post("/templates", { ...DRAFT, channel: "rest" })).status).toBe(409);
  });

  test.each([
    { method: "get" as const, path: `/templates/${UNKNOWN}` },
    { method: "delete" as const, path: `/templates/${UNKNOWN}` },
    { method: "post" as const, path: `/templates/${UNKNOWN}/preview` },
    { method: "get" as const, path: "/templates/sync" },
  ])("$method $path is not there", async ({ method, path }) => {
    expect((await api.call(method, path)).status).toBe(404);
  });

  test("a cursor of another list is refused", async () => {
    const cursor = Buffer.from(
      JSON.stringify(["messages", "2026-03-01T10:00:00.000000Z", IDS.answer]),
    ).toString("base64url");
    expect((await api.get(`/templates?cursor=${cursor}`)).body.code).toBe("request_malformed");
  });
});
