import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { failuresOf, readCampaignFigures } from "../../src/db/campaign-figures.ts";
import type { Database } from "../../src/db/driver.ts";
import { listDatabases } from "../database.ts";
import {
  CAMPAIGN,
  OTHER_CAMPAIGN,
  addCampaigns,
  addMessage,
  addRecipient,
} from "./campaign-rows.ts";
import { emptyDatabase } from "./empty.ts";

describe.each(await listDatabases())("campaign figures on $label", ({ open }) => {
  let db: Database;

  beforeAll(async () => {
    db = await open();
  });

  afterAll(() => db.close());

  beforeEach(async () => {
    await emptyDatabase(db);
    await addCampaigns(db);
  });

  const figures = async () => (await readCampaignFigures(db, [CAMPAIGN])).get(CAMPAIGN);

  const addUp = async () => {
    const all = await figures();
    const [row] = await db.query(
      "select count(*)::int as n from campaign_recipients where campaign_id = $1::text::uuid",
      [CAMPAIGN],
    );
    expect(all?.audience).toBe(row?.["n"]);
  };

  test.each([
    { label: "an open recipient is queued", state: "open", want: { queued: 1 } },
    { label: "a skipped recipient is skipped", state: "skipped", want: { skipped: 1 } },
    { label: "a queued message is queued", status: "queued", want: { queued: 1 } },
    { label: "one being sent is queued", status: "sending", want: { queued: 1 } },
    { label: "one that nobody knows of is uncertain", status: "uncertain", want: { uncertain: 1 } },
    {
      label: "sent means sent and no further",
      status: "sent",
      want: { sent: 1, delivered: 0, reached_sent: 1 },
    },
    {
      label: "delivered was sent too",
      status: "delivered",
      want: { sent: 0, delivered: 1, reached_sent: 1, reached_delivered: 1, reached_read: 0 },
    },
    {
      label: "read was all of it",
      status: "read",
      want: { delivered: 0, read: 1, reached_sent: 1, reached_delivered: 1, reached_read: 1 },
    },
    {
      label: "refused is failed",
      status: "failed",
      error: { reason: "channel_refused", code: "131026" },
      want: { failed: 1, reached_sent: 0 },
    },
    {
      label: "a failure without a reason of ours is failed, and reached the provider",
      status: "failed",
      error: { code: "131049" },
      sent: true,
      want: { failed: 1, reached_sent: 1, reached_delivered: 0 },
    },
    { label: "a failure without any word is failed", status: "failed", want: { failed: 1 } },
    {
      label: "given up without knowing is uncertain",
      status: "failed",
      error: { reason: "channel_uncertain" },
      want: { failed: 0, uncertain: 1 },
    },
    {
      label: "opted out before the send is skipped",
      status: "failed",
      error: { reason: "channel_opted_out" },
      want: { failed: 0, skipped: 1 },
    },
    {
      label: "cancelled with the campaign is skipped",
      status: "failed",
      error: { reason: "campaign_cancelled" },
      want: { failed: 0, skipped: 1 },
    },
  ] as const)("$label", async (row) => {
    const recipient = await addRecipient(db, "state" in row ? row.state : "released");
    if ("status" in row)
      await addMessage(db, {
        recipient,
        status: row.status,
        ...("error" in row && { error: row.error }),
        ...("sent" in row && { sent: row.sent }),
      });
    expect(await figures()).toMatchObject({ audience: 1, ...row.want });
    await addUp();
  });

  test("a recipient with several messages is counted once, by the first", async () => {
    const recipient = await addRecipient(db, "released");
    const first = await addMessage(db, { recipient, status: "read" });
    await addMessage(db, { recipient, status: "queued", partOf: first });
    await addMessage(db, { recipient, status: "failed", partOf: first });
    expect(await figures()).toMatchObject({ audience: 1, read: 1, queued: 0, failed: 0 });
    expect(await failuresOf(db, CAMPAIGN)).toEqual([]);
    await addUp();
  });

  test("what was sent instead stands for what could not be sent", async () => {
    const recipient = await addRecipient(db, "released");
    await addMessage(db, { recipient, status: "failed", superseded: true });
    await addMessage(db, { recipient, status: "delivered" });
    expect(await figures()).toMatchObject({ audience: 1, delivered: 1, failed: 0 });
    expect(await failuresOf(db, CAMPAIGN)).toEqual([]);
    await addUp();
  });

  test("answers, the pace and the times of sending are told", async () => {
    const recipients = [];
    for (let n = 0; n < 3; n += 1) recipients.push(await addRecipient(db, "released"));
    const [old = "", fresh = "", last = ""] = recipients;
    await addMessage(db, { recipient: old, status: "sent", sentAgo: 3_600 });
    await addMessage(db, { recipient: fresh, status: "sent", sentAgo: 20 });
    await addMessage(db, { recipient: last, status: "read", sentAgo: 10 });
    await db.query("update campaign_recipients set replied_at = now() where id = $1::text::uuid", [
      fresh,
    ]);
    const found = await figures();
    expect(found).toMatchObject({ sent_per_minute: 2, replied: 1 });
    const apart = Date.parse(found?.last_sent_at ?? "") - Date.parse(found?.first_sent_at ?? "");
    expect(Math.round(apart / 60_000)).toBe(60);
  });

  test("several campaigns are counted at once and apart, and none is not asked for", async () => {
    await addMessage(db, { recipient: await addRecipient(db, "released"), status: "sent" });
    const both = await readCampaignFigures(db, [CAMPAIGN, OTHER_CAMPAIGN, CAMPAIGN]);
    expect([...both.values()].map(({ sent, audience }) => [sent, audience])).toEqual(
      expect.arrayContaining([
        [1, 1],
        [0, 0],
      ]),
    );
    expect(both.size).toBe(2);
    expect(await readCampaignFigures(db, [])).toEqual(new Map());
  });

  test("failures are grouped by the provider's code, else by our reason, the most frequent first", async () => {
    const errors = [
      { code: "131026", title: "Undeliverable", reason: "channel_refused" },
      { code: "131026", title: "Undeliverable" },
      { reason: "channel_window_closed", code: "" },
      { reason: "channel_opted_out" },
      { reason: "channel_uncertain" },
    ];
    for (const error of errors)
      await addMessage(db, {
        recipient: await addRecipient(db, "released"),
        status: "failed",
        error,
      });
    const found = await failuresOf(db, CAMPAIGN);
    expect(found.map(({ code, reason, title, count }) => ({ code, reason, title, count }))).toEqual(
      [
        { code: "131026", reason: "channel_refused", title: "Undeliverable", count: 2 },
        { code: null, reason: "channel_window_closed", title: null, count: 1 },
      ],
    );
    expect((await figures())?.failed).toBe(3);
  });
});
