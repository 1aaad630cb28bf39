import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { changeState, finishCampaign } from "../../src/db/campaign-life.ts";
import {
  leaseRecipients,
  type ReadyRecipient,
  releaseRecipients,
  skipRecipients,
} from "../../src/db/campaign-release.ts";
import { withdrawHalted } from "../../src/db/campaign-withdraw.ts";
import { resolveContacts } from "../../src/db/contacts.ts";
import type { Database } from "../../src/db/driver.ts";
import { deleteExpired } from "../../src/db/retention.ts";
import { markSending } from "../../src/db/outbox.ts";
import { conversationId, derivedId } from "../../src/identity.ts";
import { ACCOUNTS, addRecipients, CHANNEL, makeCampaign, phoneOf } from "../campaigns/scene.ts";
import { listDatabases } from "../database.ts";
import { claimAll, leaseOf, outgoing } from "./scene.ts";
import { emptyDatabase } from "./empty.ts";

const WHY = { actor: "test" };
const [ACCOUNT] = ACCOUNTS;

describe.each(await listDatabases())("release of recipients on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  async function start(count: number): Promise<string> {
    const { id } = await makeCampaign(db);
    await addRecipients(db, id, count);
    await changeState(db, id, "start", WHY);
    return id;
  }

  /** Leases the next recipients and writes a message for each. */
  async function prepare(campaignId: string, { limit = 10, leaseMs = 30_000 } = {}) {
    const lease = randomUUIDv7();
    const leased = await leaseRecipients(db, { campaignId, lease, limit, leaseMs });
    const contacts = await resolveContacts(
      db,
      leased.map(({ identity }) => ({ channel: CHANNEL, identities: [identity] })),
    );
    const ready = leased.map(({ id, identity }, index): ReadyRecipient => {
      const contactId = contacts[index] ?? "";
      const messageId = derivedId(id, "campaign");
      const target = {
        conversationId: conversationId(CHANNEL, ACCOUNT, contactId),
        contactId,
        channel: CHANNEL,
        address: { account: ACCOUNT, identities: [identity] },
      };
      const rows = [{ ...outgoing("Olá"), id: messageId }];
      const facts = { campaignId, recipientId: id };
      const lot = { target, rows, origin: "campaign", isBulk: true, facts } as const;
      return { recipientId: id, account: ACCOUNT, messageId, lot };
    });
    return { lease, ready };
  }

  const countMessages = async () => (await db.query("select 1 from messages")).length;
  const states = async () =>
    (await db.query("select state from campaign_recipients order by place")).map(
      (row) => row["state"],
    );

  test("leases follow the list, and two processes get different people", async () => {
    const id = await start(5);
    const first = await prepare(id, { limit: 2 });
    const second = await prepare(id);
    const ids = [...first.ready, ...second.ready].map(({ recipientId }) => recipientId);
    const rows = await db.query("select id::text from campaign_recipients order by place");
    expect(ids).toEqual(rows.map((row) => row["id"]));
  });

  test("a lease that ended is another's, and the first comes too late with all of its messages", async () => {
    const id = await start(3);
    const slow = await prepare(id, { leaseMs: 0 });
    const quick = await prepare(id, { limit: 1 });
    expect(await releaseRecipients(db, id, quick.lease, quick.ready)).toBe(true);
    expect(await releaseRecipients(db, id, slow.lease, slow.ready)).toBe(false);
    expect(await countMessages()).toBe(1);
    expect(await states()).toEqual(["released", "open", "open"]);
  });

  test("nothing is released for a campaign that does not run", async () => {
    const id = await start(2);
    const { lease, ready } = await prepare(id);
    await changeState(db, id, "pause", WHY);
    expect(await releaseRecipients(db, id, lease, ready)).toBe(false);
    expect(await countMessages()).toBe(0);
    expect(await states()).toEqual(["open", "open"]);
  });

  test("who was left out is not released, and who was released is not left out", async () => {
    const id = await start(2);
    const { lease, ready } = await prepare(id);
    const [first, second] = ready;
    await skipRecipients(db, lease, [{ recipientId: first?.recipientId ?? "", reason: "x" }]);
    expect(await releaseRecipients(db, id, lease, ready)).toBe(false);
    expect(await releaseRecipients(db, id, lease, second === undefined ? [] : [second])).toBe(true);
    await skipRecipients(db, lease, [{ recipientId: second?.recipientId ?? "", reason: "x" }]);
    expect(await states()).toEqual(["skipped", "released"]);
  });

  test("a message of a paused campaign is not sent even by who holds it already", async () => {
    const id = await start(1);
    const { lease, ready } = await prepare(id);
    await releaseRecipients(db, id, lease, ready);
    const [claimed] = await claimAll(db);
    const claim = claimed && { ...leaseOf(claimed), messageId: ready[0]?.messageId ?? "" };
    await changeState(db, id, "pause", WHY);
    expect(await markSending(db, claim === undefined ? [] : [claim])).toEqual([false]);
    await withdrawHalted(db);
    expect(await countMessages()).toBe(0);
    expect(await states()).toEqual(["open"]);
  });

  test("what is being sent is not taken back, nor is what the provider took before", async () => {
    const id = await start(4);
    const { lease, ready } = await prepare(id);
    await releaseRecipients(db, id, lease, ready);
    const ids = ready.map(({ messageId }) => messageId);
    const set = (n: number, what: string) =>
      db.query(`update messages set ${what} where id = $1::text::uuid`, [ids[n] ?? ""]);
    await set(0, "status = 'sending'");
    await set(1, `round = 1, error = '{"code":"131000","reason":"channel_refused"}'`);
    await set(2, "uncertain_at = now()");
    await changeState(db, id, "pause", WHY);
    expect(await withdrawHalted(db)).toBe(3);
    const rows = await db.query(
      "select status, error ->> 'reason' as reason from messages order by seq",
    );
    expect(rows).toEqual([
      { status: "sending", reason: null },
      { status: "failed", reason: "channel_refused" },
      { status: "failed", reason: "channel_uncertain" },
    ]);
    expect(await states()).toEqual(["released", "released", "released", "open"]);
  });

  test("a campaign is not done while anything is open, on its way or uncertain", async () => {
    const id = await start(1);
    expect(await finishCampaign(db, id)).toBe(false);
    const { lease, ready } = await prepare(id);
    await releaseRecipients(db, id, lease, ready);
    for (const status of ["queued", "sending", "uncertain"]) {
      await db.query("update messages set status = $1::text", [status]);
      expect(await finishCampaign(db, id)).toBe(false);
    }
    await db.query("update messages set status = 'failed'");
    expect(await finishCampaign(db, id)).toBe(true);
    expect(await finishCampaign(db, id)).toBe(false);
  });

  test("a recipient follows when two contacts turn out to be one person", async () => {
    const hidden = { kind: "bsuid", value: "BR.1" } as const;
    const phone = { kind: "phone", value: phoneOf(0) } as const;
    // The contact that is known longer stays, so that the recipient's own one goes.
    await resolveContacts(db, [{ channel: CHANNEL, identities: [hidden] }]);
    const id = await start(1);
    const { lease, ready } = await prepare(id);
    await releaseRecipients(db, id, lease, ready);
    const [kept] = await resolveContacts(db, [{ channel: CHANNEL, identities: [hidden, phone] }]);
    const rows = await db.query("select contact_id::text as id from campaign_recipients");
    expect(rows).toEqual([{ id: kept }]);
  });

  test("a finished campaign goes after its time, with its recipients; another stays", async () => {
    const old = await start(2);
    await start(1);
    await changeState(db, old, "cancel", WHY);
    await db.query(
      "update campaigns set finished_at = now() - interval '31 days' where id = $1::text::uuid",
      [old],
    );
    const days = { rawWebhooksDays: 30, inboxDays: 30, parkedDays: 30, historyDays: 30 };
    await deleteExpired(db, days);
    expect(await states()).toEqual(["open"]);
    expect(await db.query("select 1 from campaigns")).toHaveLength(1);
  });
});
