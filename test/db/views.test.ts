import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { listDatabases } from "../database.ts";
import { IDS, seed } from "../http/api/seed.ts";
import { addMessage, addRecipient, CAMPAIGN } from "./campaign-rows.ts";

const EVENT = "00000000-0000-7000-8000-0000000000e1";

const VIEWS = [
  "whatsapp_users",
  "whatsapp_messages",
  "whatsapp_delivery_reports",
  "whatsapp_interaction_logs",
  "whatsapp_event_grid_logs",
  "whatsapp_templates",
  "campaign_contacts",
  "campaign_logs",
] as const;

/** Adds what the API's seed has none of: a campaign of our own, a template, a webhook of Event Grid. */
async function seedMore(db: Database): Promise<void> {
  await seed(db);
  await db.query("delete from templates");
  await db.query(
    `insert into campaigns (id, channel, accounts, name, message, state, created_by)
     values ($1::text::uuid, 'whatsapp', '{111}', 'Aviso', '{"text":"Olá"}', 'running', 'admin')`,
    [CAMPAIGN],
  );
  await db.query(
    `insert into campaign_events (id, campaign_id, actor, kind, detail)
     values ($1::text::uuid, $2::text::uuid, 'admin', 'started', '{"from":"draft"}')`,
    [EVENT, CAMPAIGN],
  );
  await db.query(
    `insert into templates (id, channel, name, language, external_id, category, status)
     values ($1::text::uuid, 'whatsapp', 'aviso', 'pt_BR', '77', 'UTILITY', 'APPROVED')`,
    [EVENT],
  );
  for (const [id, body] of [
    [EVENT, `decode('${Buffer.from('[{"id":"1"}]').toString("hex")}', 'hex')`],
    ["00000000-0000-7000-8000-0000000000e2", "decode('7bff007d', 'hex')"],
  ])
    await db.query(
      `insert into webhook_events (id, channel, state, headers, body, event_count)
       values ('${id}', 'acs', 'stored', '{"aeg-event-type":"Notification","aeg-delivery-count":"2"}', ${body}, 1)`,
    );
}

describe.each(await listDatabases())("views on $label", ({ open }) => {
  let db: Database;

  beforeAll(async () => {
    db = await open();
    await seedMore(db);
  });

  afterAll(() => db.close());

  const read = (view: string, where: string) => db.query(`select * from ${view} where ${where}`);

  test.each([
    {
      view: "whatsapp_users",
      where: `id = '${IDS.maria}'`,
      want: {
        phone_number: "5561991234567",
        whatsapp_user_id: "BR.1",
        name: "Maria",
        language: "pt-BR",
        opted_out: false,
      },
    },
    {
      view: "whatsapp_users",
      where: `id = '${IDS.webVisitor}'`,
      want: { phone_number: null, whatsapp_user_id: null },
    },
    {
      view: "whatsapp_messages",
      where: `id = '${IDS.answer}'`,
      want: {
        whatsapp_message_id: "wamid.out1",
        direction: "outbound",
        message_type: "text",
        message_text: "Olá!",
        status: "delivered",
        error_code: null,
      },
    },
    {
      view: "whatsapp_messages",
      where: `id = '${IDS.failedNotice}'`,
      want: { status: "failed", error_code: "131026", error_message: "Receiver is incapable" },
    },
    {
      view: "whatsapp_messages",
      where: `id = '${IDS.waiting}'`,
      want: { direction: "inbound", status: "received", message_text: "ainda aí?" },
    },
    {
      view: "whatsapp_delivery_reports",
      where: `message_id = '${IDS.failedNotice}'`,
      want: {
        whatsapp_message_id: "wamid.out3",
        user_id: IDS.maria,
        status: "failed",
        error_code: "131026",
        error_message: "Undeliverable",
      },
    },
    {
      view: "whatsapp_interaction_logs",
      where: `id = '${IDS.interaction}'`,
      want: {
        message_text: "oi",
        intent_detected: "greet",
        template_used: "utter_greet#0",
        response_text: "Olá!",
        response_id: IDS.answer,
        parameters_used: { name: "Maria" },
        fallback_used: false,
        backend: "templates",
        processing_time_ms: 15,
        success: true,
        error_message: null,
        context_data: { session: 1 },
      },
    },
    {
      view: "whatsapp_event_grid_logs",
      where: `id = '${EVENT}'`,
      want: {
        channel: "acs",
        event_type: "Notification",
        delivery_count: 2,
        processing_status: "stored",
        event_data: expect.anything(),
      },
    },
    {
      view: "whatsapp_templates",
      where: "name = 'aviso'",
      want: {
        template_id: "77",
        language: "pt_BR",
        category: "UTILITY",
        status: "APPROVED",
        is_active: true,
      },
    },
    {
      view: "campaign_logs",
      where: `id = '${EVENT}'`,
      want: {
        campaign_id: CAMPAIGN,
        campaign_name: "Aviso",
        event: "started",
        actor: "admin",
        details: { from: "draft" },
      },
    },
  ])("$view has the row where $where", async ({ view, where, want }) => {
    expect(await read(view, where)).toMatchObject([want]);
  });

  test("every webhook of Event Grid and no other is in its log, also one that is no text", async () => {
    const rows = await read("whatsapp_event_grid_logs", "true");
    expect(rows).toHaveLength(2);
    const [row] = await db.query(
      "select convert_from(event_data, 'UTF8') as text from whatsapp_event_grid_logs where id = $1::text::uuid",
      [EVENT],
    );
    expect(row).toEqual({ text: '[{"id":"1"}]' });
  });

  test.each([
    { label: "open", state: "open", want: { status: "queued", message_id: null } },
    { label: "skipped", state: "skipped", want: { status: "skipped", message_id: null } },
    { label: "read", state: "released", message: { status: "read" }, want: { status: "read" } },
    {
      label: "being sent",
      state: "released",
      message: { status: "sending" },
      want: { status: "queued" },
    },
    {
      label: "given up without knowing",
      state: "released",
      message: { status: "failed", error: { reason: "channel_uncertain" } },
      want: { status: "uncertain", reason: "channel_uncertain" },
    },
    {
      label: "left out",
      state: "released",
      message: { status: "failed", error: { reason: "channel_opted_out" } },
      want: { status: "skipped" },
    },
    {
      label: "refused",
      state: "released",
      message: { status: "failed", error: { code: "131026", title: "Undeliverable" } },
      want: { status: "failed", error_code: "131026", error_message: "Undeliverable" },
    },
  ] as const)("campaign_contacts shows one $label", async ({ state, want, ...row }) => {
    const recipient = await addRecipient(db, state);
    if ("message" in row) {
      const first = await addMessage(db, { recipient, ...row.message });
      await addMessage(db, { recipient, status: "sent", partOf: first });
      await addMessage(db, { recipient, status: "failed", superseded: true });
    }
    expect(await read("campaign_contacts", `id = '${recipient}'`)).toMatchObject([
      { campaign_id: CAMPAIGN, phone_number: "5561991112222", ...want },
    ]);
  });

  test.each(VIEWS)("%s cannot be written", async (view) => {
    await expect(db.query(`delete from ${view}`)).rejects.toThrow();
    await expect(db.query(`update ${view} set channel = 'x'`)).rejects.toThrow();
    await expect(db.query(`insert into ${view} default values`)).rejects.toThrow();
    const [row] = await db.query(
      "select is_updatable, is_insertable_into from information_schema.views where table_name = $1::text",
      [view],
    );
    expect(row).toEqual({ is_updatable: "NO", is_insertable_into: "NO" });
  });
});
