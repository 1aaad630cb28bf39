import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { Database } from "../../src/db/driver.ts";
import { cancelMessage, expireHeld } from "../../src/db/held-messages.ts";
import { enqueue, type SendFacts } from "../../src/db/outbound.ts";
import { saveSubscriptions } from "../../src/db/outgoing-events.ts";
import {
  markSending,
  recordOutcomes,
  requeueFailed,
  type SendOutcome,
} from "../../src/db/outbox.ts";
import { applyStatuses } from "../../src/db/statuses.ts";
import { EVENT_TYPES, USUAL_EVENT_TYPES } from "../../src/event-types.ts";
import type { ReportedStatus } from "../../src/messages.ts";
import { listDatabases } from "../database.ts";
import { ACCOUNT, arrive, CHANNEL, claimOne, leaseOf, outgoing, textMessage } from "./scene.ts";
import { emptyDatabase } from "./empty.ts";

const CAMPAIGN = "00000000-0000-7000-8000-000000000001";
const AT = "2026-11-21T10:00:00.000Z";
const PHONE = "5561991112222";

const told = z.array(
  z.object({
    type: z.string(),
    payload: z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) }),
  }),
);

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

describe.each(await listDatabases())("what is told of messages on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await emptyDatabase(db);
    await saveSubscriptions(db, [{ endpoint: "desk", types: [...EVENT_TYPES] }]);
  });

  /** A message in the outbox of somebody. */
  async function queued(facts: SendFacts = {}) {
    const [arrived] = await arrive(db, [textMessage("wamid.in", "oi", PHONE)]);
    if (arrived === undefined) throw new Error("nothing arrived");
    const { conversationId, contactId } = arrived;
    await db.query("update inbox set done_at = now()");
    const address = { account: ACCOUNT, identities: [{ kind: "phone", value: PHONE }] } as const;
    const target = { conversationId, contactId, channel: CHANNEL, address };
    const row = outgoing(`segredo de ${PHONE}`);
    await enqueue(db, [{ target, rows: [row], origin: "api", facts }]);
    return { id: row.id, conversationId, contactId };
  }

  async function sending(facts: SendFacts = {}) {
    const message = await queued(facts);
    const conversation = await claimOne(db);
    await markSending(db, [{ ...leaseOf(conversation), messageId: message.id }]);
    return message;
  }

  const outcome = (messageId: string, word: SendOutcome["outcome"]) =>
    recordOutcomes(db, [
      {
        messageId,
        outcome: word,
        externalId: word === "sent" ? "wamid.out" : null,
        error:
          word === "sent"
            ? null
            : { code: "131026", title: `${PHONE} is unknown`, reason: "channel_refused" },
        startedAt: null,
      },
    ]);

  const status = (messageId: string, word: ReportedStatus) => ({
    channel: CHANNEL,
    update: {
      kind: "status" as const,
      account: ACCOUNT,
      externalId: "wamid.out",
      messageId,
      status: word,
      at: AT,
      identities: [],
      ...(word === "failed" && { error: { code: "131026", title: `${PHONE} is unknown` } }),
    },
  });

  const events = async () =>
    told.parse(
      await db.query("select type, payload from outgoing_events order by created_at, ctid"),
    );

  const types = async () => (await events()).map(({ type }) => type);

  test("sent, delivered and read are told once each, with ids and no number or text", async () => {
    const { id, conversationId, contactId } = await sending({
      correlationId: "order 7",
      campaignId: CAMPAIGN,
    });
    await outcome(id, "sent");
    for (const word of ["delivered", "read"] as const) {
      await applyStatuses(db, [status(id, word)]);
      await applyStatuses(db, [status(id, word)]);
    }
    const all = await events();
    expect(all.map(({ type }) => type)).toEqual([
      "message.sent",
      "message.delivered",
      "message.read",
    ]);
    expect(all[2]?.payload.data).toEqual({
      message_id: id,
      conversation_id: conversationId,
      contact_id: contactId,
      channel: CHANNEL,
      account: ACCOUNT,
      external_id: "wamid.out",
      status: "read",
      at: "2026-11-21T10:00:00.000000Z",
      correlation_id: "order 7",
      campaign_id: CAMPAIGN,
    });
    expect(JSON.stringify(all)).not.toContain(PHONE);
    expect(JSON.stringify(all)).not.toContain("segredo");
  });

  test("in any order, before or after the send is recorded, each is told once", async () => {
    const words = ["sent", "delivered", "read"] as const;
    for (const order of permutations(words)) {
      for (const early of [0, 1, 2, 3]) {
        await db.script(
          "delete from message_statuses; delete from send_attempts; delete from messages; delete from inbox; delete from outgoing_events; delete from conversations",
        );
        const { id } = await sending();
        for (const word of order.slice(0, early)) await applyStatuses(db, [status(id, word)]);
        await outcome(id, "sent");
        for (const word of order.slice(early)) await applyStatuses(db, [status(id, word)]);
        await applyStatuses(
          db,
          order.map((word) => status(id, word)),
        );
        expect((await types()).toSorted()).toEqual(
          words.map((word) => `message.${word}`).toSorted(),
        );
      }
    }
  });

  test("all statuses of one webhook are told together", async () => {
    const { id } = await sending();
    await applyStatuses(db, [status(id, "read"), status(id, "sent"), status(id, "delivered")]);
    expect((await types()).toSorted()).toEqual([
      "message.delivered",
      "message.read",
      "message.sent",
    ]);
  });

  test.each<{ label: string; happen: (id: string) => Promise<unknown>; want: string[] }>([
    {
      label: "a refusal",
      happen: (id) => outcome(id, "failed"),
      want: ["message.failed"],
    },
    {
      label: "a failure that the provider reports later",
      happen: async (id) => {
        await outcome(id, "sent");
        await applyStatuses(db, [status(id, "failed")]);
      },
      want: ["message.sent", "message.failed"],
    },
    {
      label: "an answer that never came, and its end",
      happen: async (id) => {
        await outcome(id, "uncertain");
        await applyStatuses(db, [status(id, "delivered")]);
      },
      want: ["message.uncertain", "message.delivered"],
    },
    {
      label: "a failure after the delivery, which was one all the same",
      happen: async (id) => {
        await applyStatuses(db, [status(id, "delivered")]);
        await applyStatuses(db, [status(id, "failed")]);
      },
      want: ["message.delivered"],
    },
    { label: "a try that is repeated", happen: (id) => outcome(id, "retry"), want: [] },
  ])("$label is told as what it is", async ({ happen, want }) => {
    const { id } = await sending();
    await happen(id);
    expect(await types()).toEqual(want);
    for (const { payload } of await events()) {
      const hasError = ["message.failed", "message.uncertain"].includes(payload.type);
      expect("error" in payload.data).toBe(hasError);
      expect(JSON.stringify(payload)).not.toContain(PHONE);
    }
  });

  test("the error says our reason and the provider's code", async () => {
    const { id } = await sending();
    await outcome(id, "failed");
    const [event] = await events();
    expect(event?.payload.data["error"]).toEqual({ reason: "channel_refused", code: "131026" });
  });

  test("what is taken back or waited too long has failed", async () => {
    const { id } = await queued();
    await cancelMessage(db, id);
    const held = { for: "window", until: new Date(Date.now() - 1_000).toISOString() } as const;
    await db.query("delete from inbox");
    await queued({ held });
    await expireHeld(db);
    const reasons = (await events()).map(({ type, payload }) => [type, payload.data["error"]]);
    expect(reasons).toEqual([
      ["message.failed", { reason: "request_cancelled" }],
      ["message.failed", { reason: "channel_window_closed" }],
    ]);
  });

  test("nothing is written where nobody asked", async () => {
    await saveSubscriptions(db, [{ endpoint: "desk", types: [...USUAL_EVENT_TYPES] }]);
    const { id } = await sending();
    await outcome(id, "sent");
    await applyStatuses(db, [status(id, "read")]);
    expect(await types()).toEqual([]);
  });

  test("every change moves the time of the last change", async () => {
    const { id } = await sending();
    const age = () =>
      db.query("update messages set changed_at = '2020-01-01' where direction = 'out'");
    const isNew = async () => {
      const [row] = await db.query(
        "select changed_at > '2020-01-01' as new from messages where direction = 'out'",
      );
      return row?.["new"];
    };
    const changes = [
      () => outcome(id, "sent"),
      () => applyStatuses(db, [status(id, "failed")]),
      () => requeueFailed(db, id, { maxAttempts: 9, delayMs: 0 }),
    ];
    for (const change of changes) {
      await age();
      await change();
      expect(await isNew()).toBe(true);
    }
    await age();
    await applyStatuses(db, [status(id, "failed")]);
    expect(await isNew()).toBe(false);
  });
});
