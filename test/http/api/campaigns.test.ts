import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import request from "supertest";
import type { Database } from "../../../src/db/driver.ts";
import { listQuickest } from "../../database.ts";
import type { ApiUnderTest } from "./api-client.ts";
import { ADMIN_KEY, createApiUnderTest } from "./api-client.ts";
import { IDS, seed } from "./seed.ts";

const [database] = (await listQuickest()).slice(-1);

let db: Database;
let api: ApiUnderTest;

beforeAll(async () => {
  if (database === undefined) throw new Error("no database to test on");
  db = await database.open();
});
beforeEach(async () => {
  await seed(db);
  api = createApiUnderTest(db);
});
afterAll(() => db.close());

const FUTURE = new Date(Date.now() + 3_600_000).toISOString();
const AVISO = { channel: "whatsapp", name: "Aviso", text: "Olá {{name}}, {{city}}" };

test("a campaign is made as a draft and shows what it needs", async () => {
  const { body, status } = await api.post("/campaigns", {
    ...AVISO,
    values: { city: "Gama" },
    rate_per_second: 5,
    hours: { from: "09:00", to: "18:00", time_zone: "America/Sao_Paulo" },
    guard: { error_rate: 0.1 },
    start_at: FUTURE,
    category: "utility",
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    state: "draft",
    accounts: ["111", "222"],
    placeholders: ["name"],
    message: { text: AVISO.text },
    category: "utility",
    rate_per_second: 5,
    figures: { audience: 0 },
    pause: null,
    warnings: [],
  });
  const log = await api.get(`/campaigns/${body.id}/log`);
  expect(log.body.data).toMatchObject([{ kind: "created", actor: "admin" }]);
});

test("the same Idempotency-Key makes one campaign", async () => {
  const make = () =>
    request(api.app)
      .post("/api/v1/campaigns")
      .set({ authorization: `Bearer ${ADMIN_KEY}`, "idempotency-key": "once" })
      .send(AVISO);
  const [first, second] = [await make(), await make()];
  expect(second.body.id).toBe(first.body.id);
});

test.each([
  { label: "no content", body: { ...AVISO, text: undefined } },
  { label: "two contents", body: { ...AVISO, template: { name: "a" } } },
  { label: "an unknown channel", body: { ...AVISO, channel: "nowhere" } },
  { label: "a channel that cannot send", body: { ...AVISO, channel: "rest" } },
  { label: "an unknown account", body: { ...AVISO, accounts: ["999"] } },
  { label: "a rate of nothing", body: { ...AVISO, rate_per_second: 0 } },
  {
    label: "an unknown time zone",
    body: { ...AVISO, hours: { from: "09:00", to: "18:00", time_zone: "Mars" } },
  },
  {
    label: "a time that is none",
    body: { ...AVISO, hours: { from: "9h", to: "18:00", time_zone: "UTC" } },
  },
  { label: "an unknown country", body: { ...AVISO, default_country: "XX" } },
  { label: "a rung on an unknown channel", body: { ...AVISO, route: [{ channel: "nowhere" }] } },
  {
    label: "six rungs",
    body: { ...AVISO, route: Array.from({ length: 6 }, () => ({ channel: "whatsapp" })) },
  },
  { label: "an unknown key", body: { ...AVISO, speed: 3 } },
  { label: "an empty name", body: { ...AVISO, name: " " } },
])("$label is refused", async ({ body }) => {
  const { status } = await api.post("/campaigns", body);
  expect(status).toBe(422);
});

test("a template is checked when it is written and once more when it starts", async () => {
  const template = { name: "aviso", language: "pt_BR", params: ["{{name}}"] };
  await db.query(
    `insert into templates (id, channel, name, language, status, category, components) values
     (gen_random_uuid(), 'whatsapp', 'aviso', 'pt_BR', 'APPROVED', 'MARKETING', '[{"type":"BODY","text":"Oi {{1}}"}]')`,
  );
  const wrong = await api.post("/campaigns", {
    ...AVISO,
    text: undefined,
    template: { ...template, params: [] },
  });
  expect(wrong.status).toBe(422);
  const { body } = await api.post("/campaigns", { ...AVISO, text: undefined, template });
  expect(body).toMatchObject({ category: "marketing" });
  await db.query(
    `insert into campaign_recipients (id, campaign_id, identity, match_key)
     values (gen_random_uuid(), $1::text::uuid, '{"kind":"phone","value":"5561991112222"}', 'phone:1')`,
    [body.id],
  );
  await db.query("update templates set status = 'DISABLED'");
  const refused = await api.post(`/campaigns/${body.id}/start`);
  expect(refused.status).toBe(422);
  expect(JSON.stringify(refused.body)).toContain("DISABLED");
  await db.query("update templates set status = 'APPROVED'");
  expect((await api.post(`/campaigns/${body.id}/start`)).status).toBe(200);
  await db.query("delete from templates");
});

test("of two starts one starts it, and the other is told", async () => {
  const path = `/campaigns/${IDS.startable}/start`;
  const answers = await Promise.all([api.post(path), api.post(path)]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  const log = await api.get(`/campaigns/${IDS.startable}/log`);
  expect(log.body.data.map(({ kind }: { kind: string }) => kind)).toEqual(["started"]);
});

test.each([
  { label: "without recipients", set: "delete from campaign_recipients", want: "recipients" },
  {
    label: "while recipients are read",
    set: `insert into campaign_imports (id, campaign_id, state, source)
      values (gen_random_uuid(), '${IDS.startable}', 'running', 'csv')`,
    want: "still being read",
  },
])("it does not start $label", async ({ set, want }) => {
  await db.query(set);
  const { status, body } = await api.post(`/campaigns/${IDS.startable}/start`);
  expect(status).toBe(409);
  expect(body.detail).toContain(want);
});

test("an import whose process died holds nothing up", async () => {
  await db.query(
    `insert into campaign_imports (id, campaign_id, state, source, touched_at)
     values (gen_random_uuid(), '${IDS.startable}', 'running', 'csv', now() - interval '3 minutes')`,
  );
  expect((await api.post(`/campaigns/${IDS.startable}/start`)).status).toBe(200);
});

test("with a time it waits for it, and a second start is refused", async () => {
  const path = `/campaigns/${IDS.startable}`;
  await api.patch(path, { start_at: FUTURE });
  expect((await api.post(`${path}/start`)).body.state).toBe("scheduled");
  expect((await api.post(`${path}/start`)).status).toBe(409);
  expect((await api.post(`${path}/pause`)).body.state).toBe("paused");
  expect((await api.post(`${path}/resume`)).body.state).toBe("scheduled");
  expect((await api.post(`${path}/cancel`)).body.state).toBe("cancelled");
  expect((await api.post(`${path}/resume`)).status).toBe(409);
});

test("a paused campaign says why and what to do, in both languages", async () => {
  const english = await api.get(`/campaigns/${IDS.paused}`);
  expect(english.body.pause).toMatchObject({
    reason: "error_rate",
    detail: { failed: 20, tried: 50 },
    hint: expect.stringContaining("Too many messages failed"),
  });
  const portuguese = await api.get(`/campaigns/${IDS.paused}`, { "accept-language": "pt-BR" });
  expect(portuguese.body.pause.hint).toContain("Falharam");
});

test.each([
  { label: "the name of a draft", id: IDS.campaign, body: { name: "x" }, want: 200 },
  { label: "the message of a draft", id: IDS.campaign, body: { text: "x" }, want: 200 },
  {
    label: "two messages",
    id: IDS.campaign,
    body: { text: "x", template: { name: "a" } },
    want: 422,
  },
  { label: "the rate of a paused one", id: IDS.paused, body: { rate_per_second: null }, want: 200 },
  { label: "the message of a paused one", id: IDS.paused, body: { text: "x" }, want: 409 },
  { label: "the values of a paused one", id: IDS.paused, body: { values: {} }, want: 409 },
  { label: "the rate of a running one", id: IDS.running, body: { rate_per_second: 1 }, want: 409 },
])("changing $label: $want", async ({ id, body, want }) => {
  expect((await api.patch(`/campaigns/${id}`, body)).status).toBe(want);
});

test("a change keeps what it does not name, and null takes a value away", async () => {
  const path = `/campaigns/${IDS.campaign}`;
  await api.patch(path, { rate_per_second: 3, start_at: FUTURE, guard: { sample: 5 } });
  const { body } = await api.patch(path, { rate_per_second: null, text: "Oi {{nome}}" });
  expect(body).toMatchObject({
    name: "Aviso",
    rate_per_second: null,
    guard: { sample: 5 },
    message: { text: "Oi {{nome}}" },
    placeholders: ["nome"],
  });
  expect(body.start_at).not.toBeNull();
});

test("only a draft is deleted, with its recipients", async () => {
  expect((await api.delete(`/campaigns/${IDS.running}`)).status).toBe(409);
  expect((await api.delete(`/campaigns/${IDS.startable}`)).status).toBe(200);
  const left = await db.query(
    "select 1 from campaign_recipients where campaign_id = $1::text::uuid",
    [IDS.startable],
  );
  expect(left).toEqual([]);
  expect((await api.get(`/campaigns/${IDS.startable}`)).status).toBe(404);
});

test("the list is narrowed and paged", async () => {
  const first = await api.get("/campaigns?state=running&limit=1");
  expect(first.body.data).toMatchObject([{ id: IDS.cancellable, state: "running" }]);
  const next = await api.get(`/campaigns?state=running&limit=1&cursor=${first.body.next_cursor}`);
  expect(next.body.data).toMatchObject([{ id: IDS.running }]);
  expect(next.body.next_cursor).toBeNull();
  expect((await api.get("/campaigns?channel=nowhere")).body.data).toEqual([]);
  expect(
    (await api.get(`/campaigns/${IDS.running}/log?cursor=${first.body.next_cursor}`)).status,
  ).toBe(400);
});

test("each step is told to whoever wants to know", async () => {
  await db.query(
    `insert into event_subscriptions (endpoint, type) select 'desk', t from unnest($1::text[]) as t`,
    [["started", "paused", "resumed", "cancelled"].map((word) => `campaign.${word}`)],
  );
  const path = `/campaigns/${IDS.startable}`;
  for (const step of ["start", "pause", "resume", "cancel"]) await api.post(`${path}/${step}`);
  const rows = await db.query(
    "select type, payload -> 'data' ->> 'campaign_id' as id from outgoing_events where type like 'campaign.%' order by created_at, ctid",
  );
  expect(rows).toEqual(
    ["started", "paused", "resumed", "cancelled"].map((word) => ({
      type: `campaign.${word}`,
      id: IDS.startable,
    })),
  );
  expect(api.bugs).toEqual([]);
});
