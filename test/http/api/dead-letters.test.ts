import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../../src/db/driver.ts";
import { listQuickest } from "../../database.ts";
import { replayInbound, replayOutbound } from "../../../src/db/dead-letters.ts";
import { requeueFailed, requeueOutside } from "../../../src/db/outbox.ts";
import type { ApiUnderTest } from "./api-client.ts";
import { createApiUnderTest } from "./api-client.ts";
import { IDS, seed, uuid } from "./seed.ts";

describe.each(await listQuickest())("on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;

  beforeAll(async () => {
    db = await open();
  });

  afterAll(() => db.close());

  beforeEach(async () => {
    await seed(db);
    api = createApiUnderTest(db);
  });

  const one = async (text: string) => (await db.query(text))[0];

  const inboxRow = () =>
    one(
      `select done_at, dead_at, dead_reason, dead_detail, attempts, emitted from inbox where message_id = '${IDS.dead}'`,
    );
  const messageRow = () =>
    one(`select status, attempts, error, external_id, sent_at, failed_at, payload from messages
    where id = '${IDS.failedNotice}'`);
  const conversationRow = (id: string) =>
    one(
      `select due <= now() as due, wake::int as wake, fails from conversations where id = '${id}'`,
    );

  test("every kind of dead letter is in one list, the last first, with reason and hint", async () => {
    const { body } = await api.get("/dead-letters");
    expect(body).toEqual({
      data: [
        {
          id: IDS.brokenEvent,
          kind: "webhook",
          channel: "whatsapp",
          account: null,
          conversation_id: null,
          external_id: null,
          reason: "quarantined",
          code: null,
          detail: "the body is not JSON",
          attempts: 0,
          began_at: "2026-03-02T10:30:00.000000Z",
          died_at: "2026-03-02T10:30:00.000000Z",
          hint: "A genuine webhook whose body could not be understood. Look at it under events; replay after an update of the bridge.",
        },
        {
          id: IDS.dead,
          kind: "inbound",
          channel: "rest",
          account: "rest",
          conversation_id: IDS.webConversation,
          external_id: "web-1",
          reason: "answer_unreachable",
          code: null,
          detail: "no backend could be reached",
          attempts: 5,
          began_at: "2026-03-02T10:10:00.000000Z",
          died_at: "2026-03-02T10:20:00.500000Z",
          hint: "The answer backend could not be reached. Check that it runs and that its URL is right, then replay.",
        },
        {
          id: IDS.failedNotice,
          kind: "outbound",
          channel: "whatsapp",
          account: "111",
          conversation_id: IDS.phoneConversation,
          external_id: "wamid.out3",
          reason: "channel_refused",
          code: "131026",
          detail: "Receiver is incapable",
          attempts: 3,
          began_at: "2026-03-02T10:05:00.000000Z",
          died_at: "2026-03-02T10:05:02.000000Z",
          hint: "hint for cloud 131026 in en",
        },
      ],
      next_cursor: null,
    });
  });

  test("hints come in Portuguese to a caller who asks for it", async () => {
    const { body } = await api.get("/dead-letters", { "accept-language": "pt-BR" });
    expect(body.data.map(({ hint }: { hint: string }) => hint)).toEqual([
      "Um webhook autêntico cujo corpo não pôde ser entendido. Veja-o em events; reprocesse após atualizar a ponte.",
      "Não foi possível alcançar o backend de respostas. Verifique se está no ar e se a URL está correta e reprocesse.",
      "hint for cloud 131026 in pt-BR",
    ]);
  });

  const FILTERS = [
    { label: "kind", filter: { kind: "inbound" }, want: [IDS.dead] },
    {
      label: "channel",
      filter: { channel: "whatsapp" },
      want: [IDS.brokenEvent, IDS.failedNotice],
    },
    { label: "reason", filter: { reason: "answer_unreachable" }, want: [IDS.dead] },
    { label: "provider code", filter: { code: "131026" }, want: [IDS.failedNotice] },
    {
      label: "since",
      filter: { since: "2026-03-02T10:20:00.500000Z" },
      want: [IDS.brokenEvent, IDS.dead],
    },
    { label: "until", filter: { until: "2026-03-02T10:20:00.500000Z" }, want: [IDS.failedNotice] },
  ];

  test.each(FILTERS)("$label narrows the list and the plan alike", async ({ filter, want }) => {
    const { body } = await api.get(`/dead-letters?${new URLSearchParams(filter).toString()}`);
    const plan = await api.post("/dead-letters/replay", { filter, dry_run: true });
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(want);
    expect(plan.body).toMatchObject({ dry_run: true, matched: want.length, replayed: 0 });
  });

  test("a plan counts and touches nothing", async () => {
    const before = [await inboxRow(), await messageRow()];
    const { body } = await api.post("/dead-letters/replay", { filter: {}, dry_run: true });
    expect(body).toEqual({
      dry_run: true,
      matched: 3,
      by_kind: { inbound: 1, outbound: 1, webhook: 1 },
      by_reason: { answer_unreachable: 1, channel_refused: 1, quarantined: 1 },
      by_code: { "131026": 1 },
      by_channel: { rest: 1, whatsapp: 2 },
      replayed: 0,
    });
    expect([await inboxRow(), await messageRow()]).toEqual(before);
    expect(api.replayed).toEqual([]);
    expect(await conversationRow(IDS.webConversation)).toEqual({ due: null, wake: 0, fails: 0 });
  });

  test("replaying everything puts each kind back where it waits", async () => {
    const { body } = await api.post("/dead-letters/replay", { filter: {} });
    expect(body).toMatchObject({ dry_run: false, matched: 3, replayed: 3 });
    expect(await inboxRow()).toEqual({
      done_at: null,
      dead_at: null,
      dead_reason: null,
      dead_detail: null,
      attempts: 0,
      emitted: false,
    });
    expect(await messageRow()).toEqual({
      status: "queued",
      attempts: 0,
      error: null,
      external_id: null,
      sent_at: null,
      failed_at: null,
      payload: { type: "text" },
    });
    expect(api.replayed).toEqual([IDS.brokenEvent]);
    expect(await conversationRow(IDS.webConversation)).toEqual({ due: true, wake: 1, fails: 0 });
    expect(await conversationRow(IDS.phoneConversation)).toEqual({ due: true, wake: 1, fails: 0 });
  });

  test("only the named ids are replayed, and what is no dead letter stays as it is", async () => {
    const { body } = await api.post("/dead-letters/replay", {
      ids: [IDS.dead.toUpperCase(), IDS.answer, IDS.question, IDS.event, uuid(999)],
    });
    expect(body).toMatchObject({ matched: 1, by_kind: { inbound: 1 }, replayed: 1 });
    expect(await messageRow()).toMatchObject({ status: "failed" });
    expect(
      await one(`select status, external_id from messages where id = '${IDS.answer}'`),
    ).toEqual({
      status: "delivered",
      external_id: "wamid.out1",
    });
    expect(await conversationRow(IDS.phoneConversation)).toEqual({ due: null, wake: 0, fails: 0 });
  });

  test("replaying twice revives once", async () => {
    const request = { ids: [IDS.dead, IDS.failedNotice] };
    await api.post("/dead-letters/replay", request);
    const { body } = await api.post("/dead-letters/replay", request);
    expect(body).toMatchObject({ matched: 0, replayed: 0 });
    expect(await conversationRow(IDS.webConversation)).toEqual({ due: true, wake: 1, fails: 0 });
  });

  const listed = async () =>
    (await api.get("/dead-letters")).body.data.map(({ id }: { id: string }) => id);

  test("a plan to discard counts and touches nothing", async () => {
    const before = [await inboxRow(), await messageRow()];
    const { body } = await api.post("/dead-letters/discard", { filter: {}, dry_run: true });
    expect(body).toEqual({
      dry_run: true,
      matched: 3,
      by_kind: { inbound: 1, outbound: 1, webhook: 1 },
      by_reason: { answer_unreachable: 1, channel_refused: 1, quarantined: 1 },
      by_code: { "131026": 1 },
      by_channel: { rest: 1, whatsapp: 2 },
      discarded: 0,
    });
    expect([await inboxRow(), await messageRow()]).toEqual(before);
    expect(await listed()).toHaveLength(3);
  });

  test("what is discarded leaves the list, stays in the log and wakes nobody", async () => {
    const before = [await inboxRow(), await messageRow()];
    const { body } = await api.post("/dead-letters/discard", {
      ids: [IDS.dead, IDS.failedNotice, IDS.answer, IDS.question, IDS.event, uuid(999)],
    });
    expect(body).toMatchObject({ matched: 2, discarded: 2 });
    expect([await inboxRow(), await messageRow()]).toEqual(before);
    expect(await listed()).toEqual([IDS.brokenEvent]);
    expect((await api.get(`/messages/${IDS.failedNotice}`)).body.status).toBe("failed");
    expect(await conversationRow(IDS.webConversation)).toEqual({ due: null, wake: 0, fails: 0 });
    const marked = await db.query(
      `select message_id::text as id from inbox where discarded_at is not null
       union select id::text from messages where discarded_at is not null order by id`,
    );
    expect(marked).toEqual([{ id: IDS.failedNotice }, { id: IDS.dead }]);
    const again = await api.post("/dead-letters/discard", { ids: [IDS.dead] });
    expect(again.body).toMatchObject({ matched: 0, discarded: 0 });
  });

  test("a discarded webhook is marked in the log", async () => {
    await api.post("/dead-letters/discard", { filter: { kind: "webhook" } });
    const { body } = await api.get(`/events/${IDS.brokenEvent}`);
    expect(body).toMatchObject({ state: "quarantined", discarded_at: expect.any(String) });
  });

  test("what was discarded cannot come back, and a replay that names it does nothing at all", async () => {
    await api.post("/dead-letters/discard", { ids: [IDS.dead, IDS.brokenEvent] });
    for (const ids of [[IDS.dead], [IDS.failedNotice, IDS.brokenEvent]]) {
      const { status, body } = await api.post("/dead-letters/replay", { ids });
      expect([status, body.code]).toEqual([409, "request_conflict"]);
      expect(body.detail).toContain("was discarded");
    }
    const event = await api.post(`/events/${IDS.brokenEvent}/replay`);
    expect([event.status, event.body.code]).toEqual([409, "request_conflict"]);
    expect(await replayInbound(db, [IDS.dead])).toBe(0);
    await api.post("/dead-letters/discard", { ids: [IDS.failedNotice] });
    expect(await replayOutbound(db, [IDS.failedNotice])).toBe(0);
    const all = await api.post("/dead-letters/replay", { filter: {} });
    expect(all.body).toMatchObject({ matched: 0, replayed: 0 });
    expect(api.replayed).toEqual([]);
  });

  test("a message that was discarded is not sent again by itself", async () => {
    await api.post("/dead-letters/discard", { ids: [IDS.failedNotice] });
    await db.query(
      `update messages set outside_window = '{"wait":true}' where id = '${IDS.failedNotice}'`,
    );
    expect(await requeueFailed(db, IDS.failedNotice, { maxAttempts: 99, delayMs: 0 })).toBe(false);
    expect(await requeueOutside(db, IDS.failedNotice)).toBe(false);
  });

  test.each([
    {},
    { ids: [] },
    { ids: ["7"] },
    { ids: [IDS.dead], filter: {} },
    { filter: { kind: "x" } },
  ])("a discarding of %j is refused", async (body) => {
    expect((await api.post("/dead-letters/discard", body)).status).toBe(422);
    expect(await listed()).toHaveLength(3);
  });

  test("a replayed message stays in the log, once, waiting", async () => {
    await api.post("/dead-letters/replay", { ids: [IDS.dead] });
    const { body } = await api.get(`/conversations/${IDS.webConversation}/messages`);
    expect(body.data).toMatchObject([{ id: IDS.dead, status: "received", text: "hello" }]);
    expect((await api.get(`/conversations/${IDS.webConversation}`)).body.pending).toEqual({
      inbound: 1,
      outbound: 0,
    });
  });

  test("a failure that the provider reported in a status has its code for a reason", async () => {
    await db.query(
      `update messages set error = '{"code":"131026","title":"Undeliverable"}' where id = '${IDS.failedNotice}'`,
    );
    const { body } = await api.get("/dead-letters?reason=reported");
    expect(body.data).toMatchObject([
      {
        id: IDS.failedNotice,
        code: "131026",
        detail: "Undeliverable",
        hint: "hint for cloud 131026 in en",
      },
    ]);
  });

  test("what is not dead is not revived, whoever asks", async () => {
    const others: readonly string[] = [IDS.dead, IDS.failedNotice, IDS.key];
    const ids = Object.values(IDS).filter((id) => !others.includes(id));
    const before = await db.query("select * from messages order by id");
    expect(await replayInbound(db, ids)).toBe(0);
    expect(await replayOutbound(db, [...ids, IDS.dead])).toBe(0);
    expect(await db.query("select * from messages order by id")).toEqual(before);
  });

  test("two replays at once revive each message once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        api.post("/dead-letters/replay", { ids: [IDS.dead, IDS.failedNotice] }),
      ),
    );
    expect(answers.reduce((sum, { body }) => sum + body.replayed, 0)).toBe(2);
    expect(await conversationRow(IDS.webConversation)).toEqual({ due: true, wake: 1, fails: 0 });
  });

  test("a conversation that somebody works on keeps its lease and is only woken", async () => {
    await db.query(
      `update conversations set lease_until = now() + interval '30 seconds', due = now() + interval '30 seconds', fails = 2
      where id = '${IDS.webConversation}'`,
    );
    await api.post("/dead-letters/replay", { ids: [IDS.dead] });
    expect(await conversationRow(IDS.webConversation)).toEqual({ due: false, wake: 1, fails: 2 });
  });

  test("a conversation that waits to try again is due at once", async () => {
    await db.query(
      `update conversations set due = now() + interval '1 hour', lease_until = now() - interval '1 second', fails = 2
      where id = '${IDS.webConversation}'`,
    );
    await api.post("/dead-letters/replay", { ids: [IDS.dead] });
    expect(await conversationRow(IDS.webConversation)).toEqual({ due: true, wake: 1, fails: 0 });
  });

  test("a webhook that is quarantined again does not count, and the replay ends", async () => {
    const stubborn = createApiUnderTest(db, {
      replayEvent: () =>
        Promise.resolve({ state: "quarantined", reason: "still no JSON", eventCount: 0 }),
    });
    const { body } = await stubborn.post("/dead-letters/replay", { filter: { kind: "webhook" } });
    expect(body).toMatchObject({ matched: 1, replayed: 0 });
  });

  test("more dead letters than one statement takes are all replayed, each conversation woken", async () => {
    await db.query(
      `insert into inbox (id, conversation_id, channel, account, external_id, message_id, message, sent_at, done_at,
        dead_at, dead_reason)
      select 1000 + n, '${IDS.webConversation}', 'rest', 'rest', 'many-' || n,
        ('00000000-0000-7000-8000-' || lpad((5000 + n)::text, 12, '0'))::uuid, '{}', now(), now(),
        timestamptz '2026-01-01T00:00:00Z', 'answer_timeout'
      from generate_series(1, 450) as row (n)`,
    );
    const { body } = await api.post("/dead-letters/replay", {
      filter: { reason: "answer_timeout" },
    });
    expect(body).toMatchObject({ matched: 450, replayed: 450 });
    expect(await one("select count(*)::int as dead from inbox where dead_at is not null")).toEqual({
      dead: 1,
    });
  });
});
