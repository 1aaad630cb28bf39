import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../../src/db/driver.ts";
import { saveAccountStates } from "../../../src/db/account-states.ts";
import { applyStatuses } from "../../../src/db/statuses.ts";
import { enqueue } from "../../../src/db/outbound.ts";
import { recordOutcomes } from "../../../src/db/outbox.ts";
import type { ReportedStatus } from "../../../src/messages.ts";
import { emptyDatabase } from "../../db/empty.ts";
import { openDatabase } from "../../flow/scene.ts";
import { outgoing, textMessage, arrive, ACCOUNT, CHANNEL } from "../../db/scene.ts";
import { createApiUnderTest } from "./api-client.ts";

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  await emptyDatabase(db);
  await db.query("delete from account_states");
});

const CHANNELS = new Map([
  [
    CHANNEL,
    {
      type: "cloud",
      tenant: "default",
      channel: { accounts: [ACCOUNT, "2"], delivery: "push" as const },
    },
  ],
]);

async function healthOf(account: string): Promise<Record<string, unknown>> {
  const { body } = await createApiUnderTest(db, { channels: CHANNELS }).get("/channels");
  return body.data[0].health.find((one: { account: string }) => one.account === account);
}

/** Sends messages of the account one after the other; each ends as its word says. */
async function send(words: readonly (ReportedStatus | "refused")[]): Promise<void> {
  const [arrived] = await arrive(db, [textMessage(`wamid.${words.length}`, "oi")]);
  if (arrived === undefined) throw new Error("nothing arrived");
  const { conversationId, contactId, message } = arrived;
  const address = { account: ACCOUNT, identities: message.identities };
  const target = { conversationId, contactId, channel: CHANNEL, address };
  for (const [index, word] of words.entries()) {
    const row = outgoing(word);
    await enqueue(db, [{ target, rows: [row], origin: "push" }]);
    const externalId = word === "refused" ? null : `wamid.out.${String(index)}`;
    const outcome = word === "refused" ? "failed" : "sent";
    const error = word === "refused" ? { code: "1", title: "no", reason: "channel_refused" } : null;
    await recordOutcomes(db, [{ messageId: row.id, outcome, externalId, error, startedAt: null }]);
    if (externalId === null || word === "refused") continue;
    const update = { kind: "status" as const, account: ACCOUNT, externalId, identities: [] };
    const at = new Date().toISOString();
    await applyStatuses(db, [{ channel: CHANNEL, update: { ...update, status: word, at } }]);
  }
}

describe("the health of an account", () => {
  test("is quiet where nothing happened", async () => {
    expect(await healthOf(ACCOUNT)).toEqual({
      account: ACCOUNT,
      status: "ok",
      state: null,
      state_detail: null,
      state_since: null,
      sent_today: 0,
      delivered_today: 0,
      read_today: 0,
      failed_today: 0,
      consecutive_errors: 0,
      last_sent_at: null,
      last_received_at: null,
    });
  });

  test("counts the day's messages by how far they came", async () => {
    await send(["sent", "delivered", "read", "read", "failed", "refused"]);
    expect(await healthOf(ACCOUNT)).toMatchObject({
      sent_today: 5,
      delivered_today: 3,
      read_today: 2,
      failed_today: 2,
      last_sent_at: expect.any(String),
      last_received_at: expect.any(String),
    });
    expect(await healthOf("2")).toMatchObject({ sent_today: 0, failed_today: 0 });
  });

  test("does not count yesterday's", async () => {
    await send(["read", "refused"]);
    await db.query("update messages set created_at = now() - interval '1 day'");
    expect(await healthOf(ACCOUNT)).toMatchObject({
      sent_today: 0,
      read_today: 0,
      failed_today: 0,
    });
  });

  test.each([
    { words: ["refused", "refused"], errors: 2, status: "ok" },
    { words: ["sent", "refused", "refused", "refused"], errors: 3, status: "failing" },
    { words: ["refused", "refused", "refused", "sent"], errors: 0, status: "ok" },
  ] as const)("counts refusals in a row: $words", async ({ words, errors, status }) => {
    await send(words);
    expect(await healthOf(ACCOUNT)).toMatchObject({ consecutive_errors: errors, status });
  });

  test("shows what the provider says, since when, and a repetition does not begin anew", async () => {
    const down = {
      channel: CHANNEL,
      account: ACCOUNT,
      state: "disconnected",
      detail: "401",
    } as const;
    expect(await saveAccountStates(db, [down])).toEqual([down]);
    const before = await healthOf(ACCOUNT);
    expect(before).toMatchObject({ status: "down", state: "disconnected", state_detail: "401" });
    expect(await saveAccountStates(db, [down])).toEqual([]);
    expect((await healthOf(ACCOUNT))["state_since"]).toBe(before["state_since"]);
    const up = { ...down, state: "connected", detail: "" } as const;
    expect(await saveAccountStates(db, [down, up])).toEqual([up]);
    expect(await healthOf(ACCOUNT)).toMatchObject({ status: "ok", state: "connected" });
  });
});

describe("asking the provider", () => {
  test("tells what it says of each account", async () => {
    const { status, body } = await createApiUnderTest(db).post("/channels/whatsapp/check", {});
    expect([status, body]).toEqual([
      200,
      { data: [{ account: "111", state: "disconnected", detail: "channel_unavailable", ms: 3 }] },
    ]);
  });

  test.each([
    { name: "nobody", want: [404, "request_not_found"] },
    { name: "rest", want: [409, "request_conflict"] },
  ])("is refused for $name", async ({ name, want }) => {
    const { status, body } = await createApiUnderTest(db).post(`/channels/${name}/check`, {});
    expect([status, body.code]).toEqual(want);
  });
});
