import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { cloud } from "../../src/channels/cloud/index.ts";
import type { Database } from "../../src/db/driver.ts";
import { saveListed } from "../../src/db/template-listing.ts";
import { createAccept } from "../../src/flow/accept.ts";
import { createStatusFlow } from "../../src/flow/status.ts";
import { RAW_SETTINGS } from "../channels/cloud/cloud-settings.ts";
import { listQuickest } from "../database.ts";
import { CHANNEL } from "../db/scene.ts";
import { signWebhook } from "../standins/graph-webhooks.ts";
import { defaultSettings, plainChannel, recordingObserver } from "./scene.ts";

const OWNER = "900000000000001";
const channel = cloud.configure({ ...RAW_SETTINGS, business_account_id: OWNER });

const STATUS = "message_template_status_update";
const about = { message_template_name: "aviso", message_template_language: "pt_BR" };
const byId = { ...about, message_template_id: 1_700_000_000_000_001 };

const change = (field: string, value: object, time = 1_763_700_100) => ({
  object: "whatsapp_business_account",
  entry: [{ id: OWNER, time, changes: [{ field, value }] }],
});

describe.each(await listQuickest())("what providers tell of our accounts on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await db.script(
      "delete from templates; delete from template_syncs; delete from account_notices; delete from webhook_events;",
    );
    await saveListed(db, CHANNEL, "2026-01-01T00:00:00.000Z", [
      {
        name: "aviso",
        language: "pt_BR",
        externalId: "1700000000000001",
        category: "UTILITY",
        status: "APPROVED",
        quality: "GREEN",
        reason: null,
        parameterFormat: "positional",
        components: [],
      },
    ]);
    await db.query(
      "insert into template_syncs (channel, listed_at, complete_at) values ($1::text, now(), now())",
      [CHANNEL],
    );
  });

  function acceptor(over: Database = db) {
    const observer = recordingObserver();
    const pace = { wait: async () => 0, pause: () => undefined, resume: () => undefined };
    const shared = { db: over, observer, pace, onWork: () => undefined };
    const { delivery } = defaultSettings();
    const statuses = createStatusFlow({ ...shared, delivery, fallBack: async () => undefined });
    const channels = new Map([[CHANNEL, { channel: plainChannel() }]]);
    return createAccept({ ...shared, statuses, channels, gather: () => undefined });
  }

  /** A webhook as the provider posts it. */
  async function post(body: object, over: Database = db): Promise<void> {
    const { rawBody, headers } = signWebhook(body, RAW_SETTINGS.app_secrets[0]);
    const result = channel.receive({ method: "POST", suffix: "", headers, query: {}, rawBody });
    if (result.kind === "handshake") throw new Error("the webhook was taken for a handshake");
    await acceptor(over)({ channel: CHANNEL, headers: {}, rawBody, result });
  }

  const template = async () => {
    const [row] = await db.query("select status, reason, quality, category from templates");
    return row;
  };
  const notices = () =>
    db.query("select topic, severity, account, data from account_notices order by topic");
  const isStale = async () => {
    const rows = await db.query("select 1 from template_syncs where stale_at is not null");
    return rows.length > 0;
  };

  test.each([
    { event: "PAUSED", extra: {}, want: { status: "PAUSED", reason: null } },
    { event: "DISABLED", extra: {}, want: { status: "DISABLED", reason: null } },
    { event: "FLAGGED", extra: { reason: "NONE" }, want: { status: "FLAGGED", reason: null } },
    { event: "PENDING_DELETION", extra: {}, want: { status: "PENDING_DELETION", reason: null } },
    { event: "ARCHIVED", extra: {}, want: { status: "ARCHIVED", reason: null } },
    {
      event: "REJECTED",
      extra: { reason: "INVALID_FORMAT" },
      want: { status: "REJECTED", reason: "INVALID_FORMAT" },
    },
  ])("the status $event is known at once", async ({ event, extra, want }) => {
    await post(change(STATUS, { ...byId, event, ...extra }));
    expect(await template()).toMatchObject(want);
    expect(await isStale()).toBe(false);
  });

  test("a notice is kept with what it says, once however often it comes", async () => {
    const body = change(STATUS, { ...byId, event: "PAUSED" });
    await post(body);
    await post(body);
    expect(await notices()).toEqual([
      {
        topic: "template_status",
        severity: "warning",
        account: OWNER,
        data: { ...about, event: "PAUSED" },
      },
    ]);
  });

  test("the same at another time is another notice", async () => {
    await post(change(STATUS, { ...byId, event: "PAUSED" }, 1_763_700_100));
    await post(change(STATUS, { ...byId, event: "PAUSED" }, 1_763_700_200));
    expect(await notices()).toHaveLength(2);
  });

  test("an error of a number, which has no time of its own, is kept each time", async () => {
    const metadata = {
      display_phone_number: "55",
      phone_number_id: RAW_SETTINGS.phone_number_ids[0],
    };
    const errors = [{ code: 131048, title: "Spam rate limit hit" }];
    const body = change("messages", { messaging_product: "whatsapp", metadata, errors });
    await post(body);
    await post(body);
    expect(await notices()).toMatchObject([
      { topic: "account_error", severity: "alert", data: { code: "131048" } },
      { topic: "account_error" },
    ]);
  });

  test("older news that come late change nothing", async () => {
    await post(change(STATUS, { ...byId, event: "PAUSED" }, 1_763_700_200));
    await post(change(STATUS, { ...byId, event: "APPROVED" }, 1_763_700_100));
    expect(await template()).toMatchObject({ status: "PAUSED" });
    await post(change(STATUS, { ...byId, event: "APPROVED" }, 1_763_700_300));
    expect(await template()).toMatchObject({ status: "APPROVED" });
  });

  test("status, quality and category each have an order of their own", async () => {
    const quality = { ...byId, previous_quality_score: "GREEN", new_quality_score: "RED" };
    await post(change("message_template_quality_update", quality, 1_763_700_300));
    await post(change(STATUS, { ...byId, event: "PAUSED" }, 1_763_700_200));
    const category = { ...byId, previous_category: "UTILITY", new_category: "MARKETING" };
    await post(change("template_category_update", category, 1_763_700_100));
    expect(await template()).toEqual({
      status: "PAUSED",
      reason: null,
      quality: "RED",
      category: "MARKETING",
    });
  });

  test("a category that will change has not changed yet", async () => {
    const value = { ...byId, new_category: "MARKETING", correct_category: "MARKETING" };
    await post(change("template_category_update", value));
    expect(await template()).toMatchObject({ category: "UTILITY" });
    expect(await notices()).toMatchObject([
      { topic: "template_category", data: { correct_category: "MARKETING" } },
    ]);
  });

  test("the language may be written either way, and the id may be missing", async () => {
    const value = { ...about, message_template_language: "pt-BR", event: "PAUSED" };
    await post(change(STATUS, value));
    expect(await template()).toMatchObject({ status: "PAUSED" });
  });

  test.each([
    { label: "other components", field: "message_template_components_update", value: byId },
    {
      label: "a template that is not known",
      field: STATUS,
      value: { ...about, message_template_name: "outro", event: "APPROVED" },
    },
    {
      label: "a template without its language",
      field: STATUS,
      value: { message_template_name: "aviso", event: "DISABLED" },
    },
    { label: "one that is back", field: STATUS, value: { ...byId, event: "UNARCHIVED" } },
  ])("$label: the list is read again", async ({ field, value }) => {
    await post(change(field, value));
    expect(await isStale()).toBe(true);
  });

  test("another channel's template of the same name is another one", async () => {
    await db.query("update templates set channel = 'other'");
    await post(change(STATUS, { ...byId, event: "PAUSED" }));
    expect(await template()).toMatchObject({ status: "APPROVED" });
  });

  test("another business account's news change nothing", async () => {
    const body = { ...change(STATUS, { ...byId, event: "PAUSED" }) };
    const [entry] = body.entry;
    await post({ ...body, entry: [{ ...entry, id: "1" }] });
    expect(await template()).toMatchObject({ status: "APPROVED" });
    expect(await notices()).toEqual([]);
  });

  test("a value of any shape is survived", async () => {
    const odd = { message_template_name: 5, event: { a: "\u0000" }, reason: "x".repeat(5_000) };
    await post(change(STATUS, odd));
    expect(await notices()).toHaveLength(1);
    expect(await template()).toMatchObject({ status: "APPROVED" });
  });

  test("a webhook that cannot be stored is not acknowledged, and told again it is one notice", async () => {
    const failing: Database = {
      ...db,
      query: (text, values) => {
        if (text.includes("insert into webhook_events")) throw new Error(`cut ${randomUUIDv7()}`);
        return db.query(text, values);
      },
    };
    const body = change(STATUS, { ...byId, event: "PAUSED" });
    await expect(post(body, failing)).rejects.toThrow("cut");
    await post(body);
    expect(await notices()).toHaveLength(1);
    expect(await template()).toMatchObject({ status: "PAUSED" });
  });
});
