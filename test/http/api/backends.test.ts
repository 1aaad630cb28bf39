import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createStandings, describeBackends } from "../../../src/answers/standing.ts";
import type { Database } from "../../../src/db/driver.ts";
import { BridgeError } from "../../../src/errors.ts";
import { openDatabase } from "../../flow/scene.ts";
import { createApiUnderTest } from "./api-client.ts";

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());

test("backends are listed in the order they are asked, with how they fare", async () => {
  const settings = { failures: 1, share: 1, calls: 10, windowMs: 1_000, pauseMs: 60_000 };
  const now = () => new Date("2026-11-21T10:00:00Z");
  const standings = createStandings(["rasa", "llm"], settings, { now });
  const failure = new BridgeError("answer_timeout", "no answer within 8000 ms");
  standings.enter("rasa")?.end({ outcome: "answer_timeout", failure, isOwn: true, ms: 8_000 });
  const configured = [
    { name: "rasa", type: "rasa" },
    { name: "llm", type: "openai", isSpare: true },
  ];
  const api = createApiUnderTest(db, {
    backends: () => describeBackends(configured, standings.list()),
  });
  expect((await api.get("/backends")).body).toEqual({
    data: [
      {
        name: "rasa",
        type: "rasa",
        in_chain: true,
        breaker: "open",
        calls_today: 1,
        failures_today: 1,
        last_failure: { code: "answer_timeout", at: "2026-11-21T10:00:00.000Z" },
      },
      {
        name: "llm",
        type: "openai",
        in_chain: false,
        breaker: "closed",
        calls_today: 0,
        failures_today: 0,
        last_failure: null,
      },
    ],
    next_cursor: null,
  });
});
