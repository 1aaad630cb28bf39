import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createMemoryCache } from "../../src/cache/memory.ts";
import type { Database } from "../../src/db/driver.ts";
import { release } from "../../src/db/mailbox.ts";
import { enqueue, type SendFacts } from "../../src/db/outbound.ts";
import { markSending, recordOutcomes } from "../../src/db/outbox.ts";
import { BridgeError } from "../../src/errors.ts";
import { createDeliver } from "../../src/flow/deliver.ts";
import { createLanes } from "../../src/flow/lane.ts";
import { createPace } from "../../src/flow/pace.ts";
import { createStatusFlow } from "../../src/flow/status.ts";
import type { SendFailure } from "../../src/send-failure.ts";
import { arriveOn } from "../campaigns/arrive-on.ts";
import { listQuickest } from "../database.ts";
import { ACCOUNT, CHANNEL, claimOne, outgoing, releaseOf } from "../db/scene.ts";
import { emptyDatabase } from "../db/empty.ts";
import {
  callTools,
  defaultSettings,
  plainChannel,
  recordingObserver,
  scriptedHttp,
} from "./scene.ts";

const PHONE = "5561991112222";
const HOUR_MS = 3_600_000;
const CLOSED: SendFailure = { class: "drop", windowClosed: true };

describe.each(await listQuickest())(
  "a window that closes before the send on $label",
  ({ open }) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
    });
    afterAll(() => db.close());
    beforeEach(() => emptyDatabase(db));

    /** What was asked to be sent to somebody who wrote so many hours ago. */
    async function asked(texts: readonly string[], facts: SendFacts, hours = 30) {
      const agoMs = hours * HOUR_MS;
      const talk = await arriveOn(db, CHANNEL, { account: ACCOUNT, phone: PHONE, agoMs });
      await db.query("update inbox set done_at = now()");
      const address = { account: ACCOUNT, identities: [{ kind: "phone", value: PHONE }] } as const;
      const { conversationId, contactId } = talk;
      const target = { conversationId, contactId, channel: CHANNEL, address };
      const rows = texts.map(outgoing);
      await enqueue(db, [{ target, rows, origin: "api", facts }]);
      return rows.map(({ id }) => id);
    }

    function setUp(script: readonly unknown[] = []) {
      const { http, bodies } = scriptedHttp(script);
      const observer = recordingObserver();
      const fallbacks: [string, SendFailure][] = [];
      const channel = plainChannel({ windowMs: 24 * HOUR_MS });
      const pace = createPace(createMemoryCache());
      const fallBack = async (id: string, failure: SendFailure): Promise<void> =>
        void fallbacks.push([id, failure]);
      const { delivery, conversation } = defaultSettings();
      const deliver = createDeliver(
        {
          db,
          settings: delivery,
          conversation,
          pace,
          observer,
          tools: { ...callTools(http), timeoutMs: 1_000 },
          markSending: async (claim) => (await markSending(db, [claim]))[0] === true,
          record: async (outcome) => (await recordOutcomes(db, [outcome]))[0] === true,
          joinParked: async () => undefined,
          lanes: createLanes(createMemoryCache()),
          fallBack,
        },
        new Map([[CHANNEL, { channel }]]),
      );
      const statuses = createStatusFlow({
        db,
        delivery,
        pace,
        observer,
        fallBack,
        onWork: () => undefined,
      });
      const visit = async () => {
        const claimed = await claimOne(db);
        const end = await deliver(claimed, claimed.outbox);
        await release(db, [releaseOf(claimed)]);
        return end;
      };
      return { visit, statuses, observer, fallbacks, bodies };
    }

    const stored = () =>
      db.query(
        `select text, status, superseded, held_for as held, template_name as template, needs_window as "needsWindow",
         error ->> 'reason' as reason, notes from messages where direction = 'out' order by seq`,
      );

    const template = {
      ...outgoing("modelo"),
      needsWindow: false,
      notes: [{ code: "cut", detail: "a title was cut" }],
      template: { name: "aviso", language: "pt_BR" },
    };

    test("fails where nothing else was said, and the next channel of the route is asked", async () => {
      const [id = ""] = await asked(["oi"], {});
      const { visit, fallbacks, bodies } = setUp();
      expect(await visit()).toEqual({ kind: "done" });
      expect(await stored()).toMatchObject([{ status: "failed", reason: "channel_window_closed" }]);
      expect(fallbacks).toEqual([[id, CLOSED]]);
      expect(bodies).toEqual([]);
    });

    test("waits for the person where that was said, all its parts in order", async () => {
      await asked(["um", "dois"], { outsideWindow: { wait: true } });
      const { visit, fallbacks, bodies } = setUp();
      expect(await visit()).toEqual({ kind: "done" });
      expect(await stored()).toMatchObject([
        { status: "queued", held: "window" },
        { status: "queued", held: "window" },
      ]);
      await arriveOn(db, CHANNEL, { account: ACCOUNT, phone: PHONE });
      await db.query("update inbox set done_at = now()");
      await visit();
      expect(await stored()).toMatchObject([{ status: "sent" }, { status: "sent" }]);
      expect(bodies.map((body) => /um|dois/.exec(body)?.[0])).toEqual(["um", "dois"]);
      expect(fallbacks).toEqual([]);
    });

    test("sends the template that was made ready, once for all parts", async () => {
      await asked(["um", "dois"], { outsideWindow: { instead: template } });
      const { visit, fallbacks, bodies } = setUp();
      expect(await visit()).toEqual({ kind: "done" });
      expect(await stored()).toMatchObject([
        {
          text: "modelo",
          status: "sent",
          template: "aviso",
          needsWindow: false,
          notes: [{ code: "cut" }, { code: "window_template" }],
        },
        { text: "dois", status: "failed", superseded: true },
      ]);
      expect(bodies).toHaveLength(1);
      expect(fallbacks).toEqual([]);
    });

    test("the provider's word at once that it is closed comes to the same", async () => {
      await asked(["um"], { outsideWindow: { instead: template } }, 1);
      const refusal = new BridgeError("channel_window_closed", "no", { failure: CLOSED });
      const { visit, bodies, fallbacks } = setUp([refusal]);
      expect(await visit()).toEqual({ kind: "retry", delayMs: 0 });
      expect(await stored()).toMatchObject([{ text: "um", status: "queued" }]);
      await db.query("update conversations set due = now()");
      await visit();
      expect(await stored()).toMatchObject([{ text: "modelo", status: "sent", template: "aviso" }]);
      expect(bodies).toHaveLength(2);
      expect(fallbacks).toEqual([]);
    });

    test.each<{ label: string; facts: SendFacts; want: object; asks: number }>([
      {
        label: "lets it wait",
        facts: { outsideWindow: { wait: true } },
        want: { status: "queued", held: "window" },
        asks: 0,
      },
      {
        label: "sends the template",
        facts: { outsideWindow: { instead: template } },
        want: { text: "modelo", status: "sent" },
        asks: 0,
      },
      { label: "fails it", facts: {}, want: { status: "failed", held: null }, asks: 1 },
    ])("the provider's word in a status $label, as was said", async ({ facts, want, asks }) => {
      const [id = ""] = await asked(["um"], facts, 1);
      const { visit, statuses, fallbacks } = setUp();
      await visit();
      const told = {
        kind: "status",
        account: ACCOUNT,
        externalId: "wamid.1",
        identities: [],
      } as const;
      const update = {
        ...told,
        status: "failed",
        at: new Date().toISOString(),
        failure: CLOSED,
      } as const;
      const error = { code: "131047", title: "Re-engagement message" };
      await statuses.apply([{ channel: CHANNEL, update: { ...update, messageId: id, error } }]);
      if (asks === 0) await visit();
      expect(await stored()).toMatchObject([want]);
      expect(fallbacks).toHaveLength(asks);
    });

    test("a message that may have arrived is neither replaced nor said elsewhere", async () => {
      const [id = ""] = await asked(["um"], { outsideWindow: { instead: template } });
      await db.query(
        `update messages set status = 'uncertain', attempts = 1, uncertain_at = now() - interval '1 hour' where id = $1::text::uuid`,
        [id],
      );
      const { visit, fallbacks, bodies } = setUp();
      await visit();
      expect(await stored()).toMatchObject([
        { text: "um", status: "failed", reason: "channel_uncertain" },
      ]);
      expect([fallbacks, bodies]).toEqual([[], []]);
    });

    test("who has left since it was asked for gets nothing", async () => {
      await asked(["um"], {}, 1);
      await db.query(`insert into opt_outs (id, contact_id, channel, account, scope, method)
      select gen_random_uuid(), contact_id, channel, account, 'all', 'command' from conversations`);
      const { visit, fallbacks, bodies } = setUp();
      await visit();
      expect(await stored()).toMatchObject([{ status: "failed", reason: "channel_opted_out" }]);
      expect([fallbacks, bodies]).toEqual([[], []]);
    });
  },
);
