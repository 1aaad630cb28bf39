import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { runImport } from "../../src/campaigns/import/run-import.ts";
import { readFields } from "../../src/campaigns/import/read-row.ts";
import { resolveContacts } from "../../src/db/contacts.ts";
import type { Database } from "../../src/db/driver.ts";
import { storeWebhooks } from "../../src/db/inbox.ts";
import { isOptedOut, optIn, optOut } from "../../src/db/opt-outs.ts";
import { BridgeError } from "../../src/errors.ts";
import { createEraseContact } from "../../src/flow/erase-contact.ts";
import { conversationId } from "../../src/identity.ts";
import type { InboundMessage } from "../../src/messages.ts";
import { addCampaign } from "../campaigns/import/scene.ts";
import { listQuickest } from "../database.ts";
import { emptyDatabase } from "../db/empty.ts";

/** What must be nowhere any more once Ana is erased. */
const ANA = {
  phone: "5561991112222",
  bare: "556191112222",
  bsuid: "BR.anasecret1",
  name: "Ana Segredo",
  text: "meu CPF secreto",
};
const ANA_KEY = "phone:556191112222";
const RUI = "5561993334444";

const tableRows = z.array(z.object({ name: z.string() }));

describe.each(await listQuickest())("erasing a person on $label", ({ open }) => {
  const opened = open();
  let db: Database;
  let ana: string;
  let rui: string;
  let removed: string[];
  const who = { actor: "key:abc", tenant: "shop" };

  const identityOf = (value: string) => [{ kind: "phone", value }] as const;

  const findPerson = async (value: string): Promise<string> => {
    const person = { channel: "whatsapp", identities: identityOf(value) };
    return (await resolveContacts(db, [person]))[0] ?? "";
  };

  const messageOf = (from: string, text: string): InboundMessage => ({
    kind: "message",
    externalId: `wamid.${randomUUIDv7()}`,
    account: "111",
    identities: identityOf(from),
    sentAt: "2026-03-01T10:00:00.000Z",
    text,
    content: { type: "text" },
  });

  /** A webhook that brings a message, through the statement that really stores it. */
  const receive = async (contactId: string, from: string, text: string): Promise<string> => {
    const eventId = randomUUIDv7();
    const messageId = randomUUIDv7();
    const body = Buffer.from(JSON.stringify({ from, text }));
    const event = { id: eventId, channel: "whatsapp", state: "stored", reason: null } as const;
    await storeWebhooks(
      db,
      [{ ...event, headers: {}, body, eventCount: 1 }],
      [
        {
          messageId,
          eventId,
          conversationId: conversationId("whatsapp", "111", contactId),
          contactId,
          channel: "whatsapp",
          message: messageOf(from, text),
        },
      ],
    );
    return messageId;
  };

  const write = async (
    contactId: string,
    to: string,
    message: { status: string; campaign?: string; recipient?: string; id?: string },
  ): Promise<string> => {
    const id = message.id ?? randomUUIDv7();
    const text = to === RUI ? "oi" : ANA.text;
    await db.query(
      `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, external_id, origin,
         text, content, payload, notes, error, route, correlation_id, campaign_id, recipient_id, sent_at)
       values ($1::text::uuid, nextval('message_seq'), $2::text::uuid, $3::text::uuid, 'whatsapp', '111', 'out', $4::text,
         'wamid.' || $5::text, 'api', $6::text, $7::text::jsonb, $7::text::jsonb, $7::text::jsonb, $7::text::jsonb,
         $7::text::jsonb, $5::text, $8::text::uuid, $9::text::uuid, now())`,
      [
        id,
        conversationId("whatsapp", "111", contactId),
        contactId,
        message.status,
        to,
        text,
        JSON.stringify([{ reason: "channel_refused", to, details: text }]),
        message.campaign ?? null,
        message.recipient ?? null,
      ],
    );
    return id;
  };

  /** Tables in whose rows a text stands, as it is or in the hexadecimal form of bytes. */
  const tablesWith = async (text: string): Promise<string[]> => {
    const tables = tableRows.parse(
      await db.query(
        "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition",
      ),
    );
    const hits: string[] = [];
    for (const { name } of tables) {
      const rows = await db.query(
        `select 1 from "${name}" t where position($1::text in t::text) > 0 or position($2::text in t::text) > 0 limit 1`,
        [text, Buffer.from(text).toString("hex")],
      );
      if (rows.length > 0) hits.push(name);
    }
    return hits.toSorted();
  };

  const erase = (
    id: string,
    removeFile = (key: string) => Promise.resolve(void removed.push(key)),
  ) => createEraseContact({ db, removeFile, onFileLeft: () => undefined })(id, who);

  beforeEach(async () => {
    db = await opened;
    await emptyDatabase(db);
    removed = [];
    const both = [...identityOf(ANA.phone), { kind: "bsuid", value: ANA.bsuid } as const];
    ana = (await resolveContacts(db, [{ channel: "whatsapp", identities: both }]))[0] ?? "";
    rui = await findPerson(RUI);
    await db.query(
      `update contacts set name = $2::text, username = $2::text, properties = jsonb_build_object('cpf', $3::text)
       where id = $1::text::uuid`,
      [ana, ANA.name, ANA.text],
    );
    await receive(rui, RUI, "oi");
  });
  afterAll(async () => (await opened).close());

  test("nothing of the person is left in any table, and nothing of others goes", async () => {
    const talk = conversationId("whatsapp", "111", ana);
    const inbound = await receive(ana, ANA.phone, ANA.text);
    const sent = await write(ana, ANA.phone, { status: "sent" });
    await write(rui, RUI, { status: "sent" });
    await db.query(
      `update conversations set slots = jsonb_build_object('a', $2::text), memory = slots, session = $2::text,
         menu = jsonb_build_array($2::text) where id = $1::text::uuid`,
      [talk, ANA.text],
    );
    await db.query(
      `insert into interactions (id, conversation_id, contact_id, channel, account, message_id, message_text, response_text,
         parameters_used, processing_time_ms, success, error_message, context_data, shadow, replies)
       values (gen_random_uuid(), $1::text::uuid, $2::text::uuid, 'whatsapp', '111', $3::text::uuid, $4::text, $4::text,
         jsonb_build_object('a', $4::text), 1, false, $4::text, jsonb_build_object('a', $4::text),
         jsonb_build_object('a', $4::text), jsonb_build_array(jsonb_build_object('text', $4::text)))`,
      [talk, ana, inbound, ANA.text],
    );
    await db.query(
      `insert into message_statuses (message_id, external_id, status, at) values ($1::text::uuid, $2::text, 'sent', now())`,
      [sent, `wamid.${ANA.phone}`],
    );
    await db.query(
      `insert into send_attempts (message_id, attempt, outcome, external_id, evidence)
       values ($1::text::uuid, 1, 'sent', $2::text, $2::text)`,
      [sent, ANA.phone],
    );
    for (const [place, name] of [ANA.phone, ANA.bare, ANA.bsuid].entries()) {
      await db.query(
        `insert into parked_statuses (channel, account, external_id, status, update)
         values ('whatsapp', '111', $1::text, 'read', jsonb_build_object('to', $2::text))`,
        [`early.${place}`, name],
      );
      await db.query(
        `insert into webhook_events (id, channel, state, body) values (gen_random_uuid(), 'whatsapp', 'stored',
           convert_to('{"recipient_id":"' || $1::text || '"}', 'UTF8'))`,
        [name],
      );
    }
    await db.query(
      `insert into outgoing_events (id, endpoint, type, payload) values (gen_random_uuid(), 'desk', 'message.received',
         jsonb_build_object('data', jsonb_build_object('contact_id', $1::text, 'conversation_id', $2::text, 'text', $3::text)))`,
      [ana, talk, ANA.text],
    );
    await db.query(
      `insert into idempotency_keys (owner, key, request_digest, lease, lease_until, status, answer)
       values ('a', 'b', '', gen_random_uuid(), now(), 200, jsonb_build_object('id', $1::text, 'name', $2::text))`,
      [ana, ANA.name],
    );
    await db.query(
      `insert into audit_log (id, actor, action, subject, detail)
       values (gen_random_uuid(), 'admin', 'opt_out', $1::text, jsonb_build_object('reason', $2::text))`,
      [ana, ANA.text],
    );
    await db.query(
      `insert into media_files (id, channel, account, message_id, storage_key, mime_type, size_bytes, sha256, file_name)
       values (gen_random_uuid(), 'whatsapp', '111', $1::text::uuid, 'the-key', 'image/png', 1, '', $2::text)`,
      [inbound, ANA.name],
    );
    await optOut(db, {
      contactId: ana,
      channel: "whatsapp",
      account: "111",
      scope: "all",
      method: "command",
    });
    const campaign = await addCampaign(db);
    const list = [ANA.phone, ANA.bare, RUI].map((to, index) =>
      readFields(index + 2, { to: `+${to}`, name: ANA.name, params: { x: ANA.text } }, undefined),
    );
    const job = {
      id: randomUUIDv7(),
      campaignId: campaign,
      source: "csv",
      settings: {},
      maxRecipients: 9,
    } as const;
    await runImport(db, job, list.slice(0, 2));

    for (const text of Object.values(ANA)) expect(await tablesWith(text)).not.toEqual([]);
    expect(await erase(ana)).toBe(true);
    for (const text of Object.values(ANA))
      expect({ text, in: await tablesWith(text) }).toEqual({ text, in: [] });

    expect(removed).toEqual(["the-key"]);
    expect(await tablesWith(RUI)).toEqual([
      "contact_identities",
      "conversations",
      "inbox",
      "messages",
      "webhook_events",
    ]);
    const audited = await db.query(
      "select actor, tenant, subject, detail from audit_log where action = 'contact_erase'",
    );
    expect(audited).toEqual([{ actor: "key:abc", tenant: "shop", subject: ana, detail: {} }]);
    expect(await erase(ana)).toBe(false);
  });

  test("of a turn that nobody was asked in it stays known that it was one", async () => {
    const talk = conversationId("whatsapp", "111", ana);
    const inbound = await receive(ana, ANA.phone, ANA.text);
    await db.query(
      `insert into interactions (id, conversation_id, contact_id, channel, account, message_id, message_text,
         processing_time_ms, success, context_data)
       values (gen_random_uuid(), $1::text::uuid, $2::text::uuid, 'whatsapp', '111', $3::text::uuid, $4::text, 1, true,
         jsonb_build_object('plan', 'paused', 'referral', $4::text))`,
      [talk, ana, inbound, ANA.text],
    );
    await erase(ana);
    expect(await db.query("select context_data from interactions")).toEqual([
      { context_data: { plan: "paused" } },
    ]);
  });

  test("what figures count stays, what was not sent is not sent, what may have been is uncertain", async () => {
    const campaign = await addCampaign(db, { state: "running" });
    const recipients = [];
    await receive(ana, ANA.phone, "oi");
    for (const [index, status] of ["delivered", "queued", "sending", "uncertain"].entries()) {
      const id = randomUUIDv7();
      const message = await write(ana, ANA.phone, { status, campaign, recipient: id });
      recipients.push(id);
      await db.query(
        `insert into campaign_recipients (id, campaign_id, identity, match_key, state, message_id, contact_id)
         values ($1::text::uuid, $2::text::uuid, '{}', $3::text, 'released', $4::text::uuid, $5::text::uuid)`,
        [id, campaign, `x${index}`, message, ana],
      );
    }
    const unsent = randomUUIDv7();
    await db.query(
      `insert into campaign_recipients (id, campaign_id, identity, match_key, lease, lease_until)
       values ($1::text::uuid, $2::text::uuid, '{}', $3::text, gen_random_uuid(), now() + interval '1 minute')`,
      [unsent, campaign, ANA_KEY],
    );
    await erase(ana);
    const rows = await db.query(
      `select r.state, r.skip_reason, m.status, m.error ->> 'reason' as reason from campaign_recipients r
       left join messages m on m.recipient_id = r.id order by array_position($1::text[]::uuid[], r.id)`,
      [[...recipients, unsent]],
    );
    const gone = { state: "skipped", skip_reason: "erased", status: null, reason: null };
    const unsure = {
      state: "released",
      skip_reason: null,
      status: "failed",
      reason: "channel_uncertain",
    };
    expect(rows).toMatchObject([
      { state: "released", skip_reason: null, status: "delivered" },
      gone,
      unsure,
      unsure,
      gone,
    ]);
    expect(
      await db.query("select count(*)::int as n from messages where direction = 'out'"),
    ).toEqual([{ n: 3 }]);
  });

  test("a message that is being stored at the moment makes a new contact", async () => {
    await erase(ana);
    const late = receive(ana, ANA.phone, "oi");
    await expect(late).rejects.toMatchObject({ code: "store_data" });
    const again = await findPerson(ANA.phone);
    expect(again).not.toBe(ana);
    await receive(again, ANA.phone, "oi");
    expect(await db.query("select name from contacts where id = $1::text::uuid", [again])).toEqual([
      { name: null },
    ]);
  });

  test("a webhook repeated by the provider does not bring the message back", async () => {
    await receive(ana, ANA.phone, ANA.text);
    const [kept] = z
      .array(z.object({ external_id: z.string() }))
      .parse(
        await db.query("select external_id from inbox where conversation_id = $1::text::uuid", [
          conversationId("whatsapp", "111", ana),
        ]),
      );
    await erase(ana);
    const again = await findPerson(ANA.phone);
    const message = { ...messageOf(ANA.phone, ANA.text), externalId: kept?.external_id ?? "" };
    const arrived = {
      messageId: randomUUIDv7(),
      eventId: randomUUIDv7(),
      conversationId: conversationId("whatsapp", "111", again),
      contactId: again,
      channel: "whatsapp",
      message,
    };
    expect(await storeWebhooks(db, [], [arrived])).toBe(0);
  });

  test("who had refused messages and comes back still has, until they take it back", async () => {
    const refusal = {
      channel: "whatsapp",
      account: "111",
      scope: "all",
      method: "command",
    } as const;
    await optOut(db, { contactId: ana, ...refusal });
    await erase(ana);
    const again = await findPerson(ANA.bare);
    expect(await isOptedOut(db, { contactId: again, ...refusal })).toBe(true);
    await optIn(db, { contactId: again, ...refusal });
    await erase(again);
    expect(await isOptedOut(db, { contactId: await findPerson(ANA.phone), ...refusal })).toBe(
      false,
    );
  });

  test("a list that names somebody erased who wants no messages keeps them as skipped", async () => {
    await optOut(db, {
      contactId: ana,
      channel: "whatsapp",
      account: "111",
      scope: "all",
      method: "command",
    });
    await erase(ana);
    const campaign = await addCampaign(db);
    const job = {
      id: randomUUIDv7(),
      campaignId: campaign,
      source: "csv",
      settings: {},
      maxRecipients: 9,
    } as const;
    const list = [ANA.bare, RUI].map((to, index) =>
      readFields(index + 2, { to: `+${to}`, params: {} }, undefined),
    );
    expect((await runImport(db, job, list)).summary).toMatchObject({ added: 1, opted_out: 1 });
  });

  test("a file that cannot be removed now is left to the sweep, which finds it old", async () => {
    const inbound = await receive(ana, ANA.phone, "oi");
    await db.query(
      `insert into media_files (id, channel, account, message_id, storage_key, mime_type, size_bytes, sha256)
       values (gen_random_uuid(), 'whatsapp', '111', $1::text::uuid, 'the-key', 'image/png', 1, '')`,
      [inbound],
    );
    await erase(ana, () => Promise.reject(new BridgeError("store_unavailable", "away")));
    const rows = await db.query(
      "select storage_key, created_at < now() - interval '1000 days' as old from media_files",
    );
    expect(rows).toEqual([{ storage_key: "the-key", old: true }]);
  });
});
