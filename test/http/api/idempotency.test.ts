import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import express from "express";
import type { Request } from "express";
import request from "supertest";
import { z } from "zod";
import type { Database, Queryable } from "../../../src/db/driver.ts";
import { deleteExpired } from "../../../src/db/retention.ts";
import { BridgeError, type ErrorCode } from "../../../src/errors.ts";
import { ADMIN } from "../../../src/http/api/caller.ts";
import { onlyOnce } from "../../../src/http/api/idempotency.ts";
import { refuseInvalid } from "../../../src/http/api/refusals.ts";
import { problemHandler } from "../../../src/http/problem.ts";
import { listQuickest } from "../../database.ts";
import { recordingLog } from "../../standins/recording-log.ts";
import { until } from "../../until.ts";
import { ADMIN_KEY, createApiUnderTest } from "./api-client.ts";
import { makeKey } from "./keys.ts";
import { IDS, seed } from "./seed.ts";

type Work = (newId: (part: string) => string, request: Request) => Promise<unknown>;

/** An operation that does `work`, with the log of what went wrong beside it. */
function serve(db: Queryable, work: Work, { readsBody = false, keepsAnswer = true } = {}) {
  const log = recordingLog();
  const app = express();
  if (!readsBody) app.use(express.json({ type: () => true }));
  const route = { method: "post", status: 201, readsBody, keepsAnswer } as const;
  app.post("/{*path}", (request_, response) => {
    const context = { db, log, caller: ADMIN, newId: () => "random" };
    return onlyOnce({ route, request: request_, response, context }, (newId) =>
      work(newId, request_),
    );
  });
  app.use(refuseInvalid, problemHandler(log));
  const post = (body: string | object = { a: 1 }, key = "k1", path = "/things") =>
    request(app).post(path).set("idempotency-key", key).send(body);
  return { app, log, post };
}

/** Counts how often it is done; each time makes a thing with two ids. */
function counting() {
  const done: unknown[] = [];
  const work: Work = (newId) => {
    done.push(newId("thing"));
    return Promise.resolve({ number: done.length, id: newId("thing"), other: newId("other") });
  };
  return { done, work };
}

function held() {
  const gates: (() => void)[] = [];
  const ids: string[] = [];
  const work: Work = async (newId) => {
    const place = ids.push(newId("thing"));
    await new Promise<void>((resolve) => gates.push(resolve));
    return { place };
  };
  return { gates, ids, work };
}

const KEEP = { rawWebhooksDays: 1, inboxDays: 8, parkedDays: 1, historyDays: 1 };
const UUID = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/;

describe.each(await listQuickest())("an Idempotency-Key on $label", ({ open }) => {
  let db: Database;

  beforeAll(async () => {
    db = await open();
  });
  beforeEach(() => db.query("delete from idempotency_keys"));
  afterAll(() => db.close());

  test("the same request again gets the same answer and is not done again", async () => {
    const { done, work } = counting();
    const { post } = serve(db, work);
    const first = await post();
    const again = await post();
    expect([first.status, first.headers["idempotency-replayed"]]).toEqual([201, undefined]);
    expect(first.body).toMatchObject({ number: 1, id: expect.stringMatching(UUID) });
    expect(first.body.other).not.toBe(first.body.id);
    expect([again.status, again.headers["idempotency-replayed"]]).toEqual([201, "true"]);
    expect(again.body).toEqual(first.body);
    expect(done).toHaveLength(1);
  });

  test("without one, or with another, it is another request", async () => {
    const { done, work } = counting();
    const { app, post } = serve(db, work);
    await post();
    await post({ a: 1 }, "k2");
    await request(app).post("/things").send({ a: 1 });
    await request(app).post("/things").send({ a: 1 });
    expect(done).toHaveLength(4);
    expect(new Set(done).size).toBe(3);
    expect(done.slice(2)).toEqual(["random", "random"]);
  });

  test.each([
    { label: "another body", body: { a: 2 }, path: "/things" },
    { label: "another path", body: { a: 1 }, path: "/others" },
    { label: "another query", body: { a: 1 }, path: "/things?x=1" },
  ])("$label under the same key is refused", async ({ body, path }) => {
    const { done, work } = counting();
    const { post } = serve(db, work);
    await post();
    const refused = await post(body, "k1", path);
    expect([refused.status, refused.body.code]).toEqual([422, "request_idempotency_mismatch"]);
    expect(done).toHaveLength(1);
  });

  test("while it runs, a repetition is told to come back, in every process", async () => {
    const { gates, ids, work } = held();
    const here = serve(db, work);
    const there = serve(db, work);
    const first = here.post().then((answer) => answer);
    await until(() => gates.length === 1);
    for (const { post } of [here, there]) {
      const early = await post();
      expect([early.status, early.body.code]).toEqual([409, "request_in_progress"]);
      expect(early.headers["retry-after"]).toBe("2");
    }
    gates[0]?.();
    expect((await first).body).toEqual({ place: 1 });
    expect((await there.post()).body).toEqual({ place: 1 });
    expect(ids).toHaveLength(1);
  });

  test("many at once: one does it, and it is done once", async () => {
    const { done, work } = counting();
    const { post } = serve(db, work);
    const answers = await Promise.all(Array.from({ length: 12 }, () => post()));
    expect(done).toHaveLength(1);
    for (const { status } of answers) expect([201, 409]).toContain(status);
  });

  test("one whose process died is taken over with the same ids, and the dead one's answer counts no more", async () => {
    const { gates, ids, work } = held();
    const { post } = serve(db, work);
    const dead = post().then((answer) => answer);
    await until(() => gates.length === 1);
    expect((await post()).status).toBe(409);
    await db.query("update idempotency_keys set lease_until = now() - interval '1 second'");
    const heir = post().then((answer) => answer);
    await until(() => gates.length === 2);
    expect(ids[1]).toBe(ids[0]);
    gates[0]?.();
    await dead;
    expect((await post()).status).toBe(409);
    gates[1]?.();
    expect((await heir).body).toEqual({ place: 2 });
    expect((await post()).body).toEqual({ place: 2 });
  });

  test("one that takes long keeps its lease", async () => {
    const timers = jest.spyOn(globalThis, "setInterval");
    const { gates, work } = held();
    const { post } = serve(db, work);
    const slow = post().then((answer) => answer);
    await until(() => gates.length === 1);
    await db.query("update idempotency_keys set lease_until = now() - interval '1 second'");
    const renew = timers.mock.calls.find(([, ms]) => ms === 20_000)?.[0];
    timers.mockRestore();
    renew?.();
    await until(
      async () =>
        (await db.query("select 1 from idempotency_keys where lease_until > now()")).length === 1,
    );
    expect((await post()).status).toBe(409);
    gates[0]?.();
    await slow;
  });

  test("after a day it is a new request, with ids of its own", async () => {
    const { done, work } = counting();
    const { post } = serve(db, work);
    await post();
    await db.query("update idempotency_keys set created_at = now() - interval '23 hours'");
    await post();
    expect(done).toHaveLength(1);
    await db.query("update idempotency_keys set created_at = now() - interval '24 hours'");
    await post({ quite: "another" });
    expect(done).toHaveLength(2);
    expect(done[1]).not.toBe(done[0]);
    expect((await post({ quite: "another" })).body.number).toBe(2);
  });

  test("what is older than a day is deleted, nothing younger", async () => {
    const { post } = serve(db, counting().work);
    await post({}, "old");
    await db.query("update idempotency_keys set created_at = now() - interval '25 hours'");
    await post({}, "young");
    await deleteExpired(db, KEEP);
    expect(await db.query("select key from idempotency_keys")).toEqual([{ key: "young" }]);
  });

  const failing = (failures: readonly unknown[]) => {
    const tries: string[] = [];
    const work: Work = (newId) => {
      tries.push(newId("thing"));
      const failure = failures[tries.length - 1];
      if (failure !== undefined) throw failure;
      return Promise.resolve({ done: true });
    };
    return { tries, work };
  };

  test.each([
    {
      label: "of the database",
      failure: new BridgeError("store_unavailable", "away"),
      status: 503,
    },
    { label: "that passes", failure: new BridgeError("request_rate_limited", "slow"), status: 429 },
    { label: "by a bug", failure: new Error("bug"), status: 500 },
  ])("a failure $label is not kept: the next try does it, with the same ids", async (row) => {
    const { tries, work } = failing([row.failure]);
    const { post } = serve(db, work);
    expect((await post()).status).toBe(row.status);
    const again = await post();
    expect([again.status, again.headers["idempotency-replayed"]]).toEqual([201, undefined]);
    expect(tries[1]).toBe(tries[0]);
  });

  test.each<{ code: ErrorCode; status: number }>([
    { code: "request_conflict", status: 409 },
    { code: "request_not_found", status: 404 },
  ])("a refusal ($code) is kept", async ({ code, status }) => {
    const { tries, work } = failing([new BridgeError(code, "no")]);
    const { post } = serve(db, work);
    const first = await post();
    const again = await post();
    expect([again.status, again.headers["idempotency-replayed"]]).toEqual([status, "true"]);
    expect(again.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(again.body).toEqual(first.body);
    expect(tries).toHaveLength(1);
  });

  test.each([
    { label: "an empty one", key: "" },
    { label: "one of 256 characters", key: "x".repeat(256) },
    { label: "one that is not ASCII", key: "ação" },
    { label: "one with a tab", key: "a\tb" },
  ])("$label is refused before anything is done", async ({ key }) => {
    const { done, work } = counting();
    const { post } = serve(db, work);
    const { status, body } = await post({}, key);
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ parameter: "Idempotency-Key", detail: expect.any(String) }]);
    expect(done).toEqual([]);
  });

  test("an answer that cannot be kept is given all the same, and the log says so", async () => {
    const query: Queryable["query"] = (text, values) =>
      text.includes("set status") ? Promise.reject(new Error("away")) : db.query(text, values);
    const { log, post } = serve({ query }, counting().work);
    expect((await post()).status).toBe(201);
    expect(log.lines.map(({ message }) => message)).toEqual([
      "a request's answer could not be kept",
    ]);
  });

  test("an answer that holds a secret is not kept, and its request is not done again", async () => {
    const { done, work } = counting();
    const { post } = serve(db, work, { keepsAnswer: false });
    const { body } = await post();
    const again = await post();
    expect([again.status, again.body.code]).toEqual([409, "request_conflict"]);
    expect(done).toHaveLength(1);
    const rows = await db.query("select t::text as row from idempotency_keys t");
    expect(JSON.stringify(rows)).not.toContain(body.id);
  });

  describe("of a body that is read as it comes", () => {
    const reading = () => {
      const read: string[] = [];
      const work: Work = async (_newId, stream) => {
        await db.query("select 1");
        let text = "";
        for await (const chunk of stream) text += String(chunk);
        read.push(text);
        return { bytes: text.length };
      };
      return { read, work };
    };
    const LINES = "+5561991234567\n".repeat(20_000);

    test("the same body gets the same answer, another one is refused", async () => {
      const { read, work } = reading();
      const { post } = serve(db, work, { readsBody: true });
      const first = await post(LINES);
      const again = await post(LINES);
      const other = await post(LINES.replace("7\n", "8\n"));
      expect(first.body).toEqual({ bytes: LINES.length });
      expect([again.body, again.headers["idempotency-replayed"]]).toEqual([first.body, "true"]);
      expect([other.status, other.body.code]).toEqual([422, "request_idempotency_mismatch"]);
      expect(read).toEqual([LINES]);
    });

    test("one that was not read to its end is worked on again", async () => {
      let tries = 0;
      const { post } = serve(
        db,
        () => {
          tries += 1;
          throw new BridgeError("request_invalid", "the first line is wrong");
        },
        { readsBody: true },
      );
      expect((await post(LINES)).status).toBe(422);
      expect((await post(LINES)).headers["idempotency-replayed"]).toBeUndefined();
      expect(tries).toBe(2);
    });
  });

  describe("in the API", () => {
    const TRIGGER = `/api/v1/conversations/${IDS.webConversation}/trigger`;
    const body = { intent: "EXTERNAL_news" };

    beforeEach(() => seed(db));

    test("belongs to the key that used it", async () => {
      const { app } = createApiUnderTest(db);
      const { key } = await makeKey(db);
      const trigger = async (bearer: string) => {
        const call = request(app)
          .post(TRIGGER)
          .set({ authorization: `Bearer ${bearer}` });
        return (await call.set("idempotency-key", "once").send(body)).body.message_id;
      };
      const first = await trigger(ADMIN_KEY);
      expect(first).toMatch(UUID);
      expect(await trigger(ADMIN_KEY)).toBe(first);
      expect(await trigger(key)).not.toBe(first);
    });

    test("a repetition changes nothing, and is audited once", async () => {
      const { app } = createApiUnderTest(db);
      for (let time = 0; time < 3; time += 1)
        await request(app)
          .post(TRIGGER)
          .set({ authorization: `Bearer ${ADMIN_KEY}`, "idempotency-key": "once" })
          .send(body);
      const inbox = await db.query("select 1 from inbox where external_id like 'trigger:%'");
      expect(inbox).toHaveLength(1);
      const rows = z
        .array(z.object({ action: z.string() }))
        .parse(await db.query("select action from audit_log where actor = 'admin'"));
      expect(rows.map(({ action }) => action)).toEqual(["post /conversations/{id}/trigger"]);
    });

    test("a new key is made once and shown once", async () => {
      const { app } = createApiUnderTest(db);
      const make = () =>
        request(app)
          .post("/api/v1/keys")
          .set({ authorization: `Bearer ${ADMIN_KEY}`, "idempotency-key": "once" })
          .send({ name: "a", scopes: ["messages:read"] });
      const first = await make();
      expect(first.status).toBe(201);
      expect((await make()).status).toBe(409);
      const rows = await db.query("select t::text as row from idempotency_keys t");
      expect(JSON.stringify(rows)).not.toContain(first.body.key.slice(-32));
    });

    test("a wrong request is refused as without one, and the right one may follow under the next", async () => {
      const { app } = createApiUnderTest(db);
      const post = (sent: object, key: string) =>
        request(app)
          .post(TRIGGER)
          .set({ authorization: `Bearer ${ADMIN_KEY}`, "idempotency-key": key })
          .send(sent);
      const wrong = await post({ intent: "/x" }, "k1");
      const again = await post({ intent: "/x" }, "k1");
      expect([wrong.status, again.status]).toEqual([422, 422]);
      expect(again.body.errors).toEqual(wrong.body.errors);
      expect((await post(body, "k1")).body.code).toBe("request_idempotency_mismatch");
      expect((await post(body, "k2")).status).toBe(202);
    });
  });
});
