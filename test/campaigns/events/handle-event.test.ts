import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { handleEvent } from "../../../src/campaigns/events/handle-event.ts";
import type { SendRequest } from "../../../src/campaigns/send-message.ts";
import type { Database } from "../../../src/db/driver.ts";
import { listNotificationEvents } from "../../../src/db/notification-events.ts";
import { LIST_START } from "../../../src/db/page.ts";
import { BridgeError } from "../../../src/errors.ts";
import { listQuickest } from "../../database.ts";
import { ACCOUNT, CHANNEL } from "../../db/scene.ts";
import { emptyDatabase } from "../../db/empty.ts";
import { delivery, order, PLAIN, purchaseOrder, senderOn, textsIn, toolsOn } from "./scene.ts";

const FIVE = [1, 2, 3, 4, 5];

describe.each(await listQuickest())("events on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  beforeEach(async () => {
    await emptyDatabase(db);
    await db.script("delete from notification_events");
  });
  afterAll(() => db.close());

  const rows = (filter = {}) =>
    listNotificationEvents(db, filter, { after: LIST_START, limit: 50 });
  const outcomes = async () => (await rows()).map(({ rule, outcome }) => [rule, outcome]);

  test("becomes one message, and is recorded with it", async () => {
    const tools = toolsOn(db);
    const handled = await handleEvent(delivery(order("a")), tools);
    expect(handled).toEqual({ outcomes: ["queued"], problems: [] });
    expect(await textsIn(db)).toEqual(["Order a"]);
    const messages = await db.query("select id::text, account, origin from messages");
    expect(messages).toMatchObject([{ account: ACCOUNT, origin: "api" }]);
    expect(await rows()).toMatchObject([
      {
        source: "ponte.events",
        event_id: "a",
        rule: "plain",
        type: "order.made",
        channel: CHANNEL,
        message_id: messages[0]?.["id"],
        outcome: "queued",
      },
    ]);
    expect(tools.work.told).toBe(1);
  });

  test("five times one after the other is one message, made once", async () => {
    const sender = senderOn(db);
    let made = 0;
    const counting = {
      ...sender,
      prepare: (request: SendRequest) => {
        made += 1;
        return sender.prepare(request);
      },
    };
    const tools = toolsOn(db, PLAIN, counting);
    for (const time of FIVE) await handleEvent(delivery({ ...order("a"), published: time }), tools);
    expect(await textsIn(db)).toEqual(["Order a"]);
    expect([tools.work.told, made]).toEqual([1, 1]);
  });

  test("five times at once is one message", async () => {
    const tools = toolsOn(db);
    const handled = await Promise.all(FIVE.map(() => handleEvent(delivery(order("a")), tools)));
    const words = handled.flatMap((one) => one.outcomes).toSorted();
    expect(words).toEqual(["known", "known", "known", "known", "queued"]);
    expect(handled.flatMap(({ problems }) => problems)).toEqual([]);
    expect(await textsIn(db)).toEqual(["Order a"]);
    expect(tools.work.told).toBe(1);
  });

  test("of one name but of two brokers are two", async () => {
    const tools = toolsOn(db);
    await handleEvent(delivery(order("a")), tools);
    await handleEvent(delivery(order("a")), { ...tools, source: "other.events" });
    expect(await textsIn(db)).toEqual(["Order a", "Order a"]);
  });

  test("is recorded only with its message", async () => {
    const fresh = toolsOn(db);
    const { toLot } = senderOn(db);
    const broken = toolsOn(db, PLAIN, {
      ...senderOn(db),
      toLot: async (prepared) => {
        const lot = await toLot(prepared);
        return { ...lot, target: { ...lot.target, conversationId: "no id" } };
      },
    });
    await expect(handleEvent(delivery(order("a")), broken)).rejects.toThrow();
    expect(await rows()).toEqual([]);
    await handleEvent(delivery(order("a")), fresh);
    expect(await textsIn(db)).toEqual(["Order a"]);
  });

  test("that is refused is recorded, and is handled when it comes again", async () => {
    const tools = toolsOn(db);
    const handled = await handleEvent(delivery(order("a", { phone: "123" })), tools);
    expect(handled).toEqual({
      outcomes: ["refused"],
      problems: [expect.stringMatching(/^plain: the number has no country code/)],
    });
    expect(await rows()).toMatchObject([{ outcome: "refused", message_id: null }]);
    await handleEvent(delivery(order("a")), tools);
    expect(await rows()).toMatchObject([{ outcome: "queued", detail: null }]);
    expect(await textsIn(db)).toEqual(["Order a"]);
  });

  test("that was told is not refused later", async () => {
    const tools = toolsOn(db);
    await handleEvent(delivery(order("a")), tools);
    const again = await handleEvent(delivery(order("a", { phone: "123" })), tools);
    expect(again).toEqual({ outcomes: ["known"], problems: [] });
    expect(await outcomes()).toEqual([["plain", "queued"]]);
  });

  test.each([
    {
      label: "is no JSON",
      body: Buffer.from("{"),
      want: "the event is not a JSON object in UTF-8",
    },
    {
      label: "has no name",
      body: { ...order("a"), event_id: undefined },
      want: "plain: the event has no id",
    },
    {
      label: "names nobody",
      body: order("a", { phone: undefined }),
      want: "plain: to gives nothing",
    },
    { label: "names an object", body: order("a", { phone: {} }), want: "plain: to gives no text" },
    {
      label: "lacks a value",
      body: order("a", { number: null }),
      want: "plain: values.number gives nothing",
    },
  ])("is refused when it $label", async ({ body, want }) => {
    const { problems } = await handleEvent(delivery(body), toolsOn(db));
    expect(problems).toEqual([expect.stringContaining(want)]);
    expect(await rows()).toMatchObject([{ outcome: "refused", detail: expect.any(String) }]);
    expect(await textsIn(db)).toEqual([]);
  });

  test("quotes nothing of the event where it is refused", async () => {
    const tools = toolsOn(db, PLAIN.replace("to: phone", "to: $string($number(phone))"));
    const { problems } = await handleEvent(delivery(order("a", { phone: "Ana-private" })), tools);
    expect(problems).not.toEqual([]);
    expect(JSON.stringify([problems, await rows()])).not.toContain("Ana-private");
  });

  test("for no rule is nobody's", async () => {
    const handled = await handleEvent(delivery({ type: "other", event_id: "a" }), toolsOn(db));
    expect(handled).toEqual({ outcomes: ["ignored"], problems: [] });
    expect(await rows()).toEqual([]);
  });

  test("of somebody who opted out is skipped", async () => {
    const tools = toolsOn(db);
    await handleEvent(delivery(order("a")), tools);
    await db.query(
      `insert into opt_outs (id, contact_id, channel, account, scope, method, created_at)
       select gen_random_uuid(), contact_id, channel, account, 'all', 'command', now() from conversations`,
    );
    const handled = await handleEvent(delivery(order("b")), tools);
    expect(handled).toEqual({ outcomes: ["skipped"], problems: [] });
    expect(await rows({ outcome: "skipped" })).toMatchObject([
      { event_id: "b", detail: "channel_opted_out", message_id: null },
    ]);
    expect(await textsIn(db)).toEqual(["Order a"]);
  });

  test("goes to every rule that it fits, and what one refuses hinders no other", async () => {
    const { rules } = toolsOn(
      db,
      `${PLAIN}
  - { name: second, event: order.made, channel: ${CHANNEL}, to: boss, text: Boss }
  - { name: third, event: order.made, channel: ${CHANNEL}, to: buyer, text: Buyer }
`,
    );
    const tools = { ...toolsOn(db), rules };
    const event = order("a", { buyer: "+5561991113333" });
    const first = await handleEvent(delivery(event), tools);
    expect(first.problems).toEqual(["second: to gives nothing"]);
    const second = await handleEvent(delivery({ ...event, boss: "+5561991114444" }), tools);
    expect(second).toEqual({ outcomes: ["known", "known", "queued"], problems: [] });
    expect((await textsIn(db)).toSorted()).toEqual(["Boss", "Buyer", "Order a"]);
  });

  test("says a template with what the event holds, and takes none of it for a placeholder", async () => {
    const rules = `
notifications:
  - name: po
    event: purchase_order.approved
    channel: ${CHANNEL}
    to: data.supplier.phone
    country: BR
    template: { name: po, language: pt_BR, params: [data.supplier.name, data.po_number] }
    correlation_id: data.po_number
`;
    const event = purchaseOrder({
      data: { supplier: { name: "{{2}}", phone: "61 99111-2222" }, po_number: "42" },
    });
    await handleEvent(delivery(event), toolsOn(db, rules));
    const [said = ""] = await textsIn(db);
    expect(JSON.parse(said)).toMatchObject({
      name: "po",
      language: "pt_BR",
      params: ["{{2}}", "42"],
    });
    expect(await db.query("select correlation_id from messages")).toEqual([
      { correlation_id: "42" },
    ]);
  });

  test("waits for its time, and wakes nobody before", async () => {
    const tools = toolsOn(db, `${PLAIN}    send_at: at\n    priority: bulk\n`);
    const at = new Date(Date.now() + 3_600_000).toISOString();
    await handleEvent(delivery(order("a", { at })), tools);
    expect(tools.work.told).toBe(0);
    const [message] = await db.query("select held_for from messages");
    expect(message).toEqual({ held_for: "schedule" });
  });

  test("is thrown back while the database is away", async () => {
    const away: Database = {
      ...db,
      transaction: () => Promise.reject(new BridgeError("store_unavailable", "away")),
    };
    const tools = { ...toolsOn(db), db: away };
    await expect(handleEvent(delivery(order("a")), tools)).rejects.toMatchObject({
      code: "store_unavailable",
    });
  });
});
