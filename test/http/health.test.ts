import { describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { ADMIN_KEY, SNAPSHOT, testApp } from "./setup.ts";

const away = async (): Promise<never> => {
  throw new Error("connect ECONNREFUSED 10.0.0.9:5432");
};
const frozen = (): Promise<never> => new Promise(() => undefined);

describe("/live", () => {
  test("never asks the database", async () => {
    const { app, log } = testApp({
      checks: { database: away, migrations: away },
      snapshot: away,
    });
    const answer = await supertest(app).get("/live");
    expect([answer.status, answer.body, log.lines]).toEqual([200, { status: "alive" }, []]);
  });
});

describe("/health", () => {
  test("shows the channels, the storage and its queues", async () => {
    const answer = await supertest(testApp().app).get("/health");
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      status: "healthy",
      version: "1.2.3",
      uptime_s: expect.any(Number),
      channels: {
        whatsapp: { type: "cloud", delivery: "push", accounts: 1 },
        rest: { type: "rest", delivery: "collect", accounts: 1 },
      },
      storage: {
        available: true,
        kind: "postgres",
        queues: {
          inbox: { depth: 3, oldest_s: 1 },
          outbox: { depth: 0, oldest_s: 0 },
          dead: { depth: 1, oldest_s: 60 },
        },
      },
      checked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  test.each([
    { label: "the database is away", setup: { checks: { database: away } } },
    { label: "the database is frozen", setup: { checks: { database: frozen } } },
    { label: "its state cannot be read", setup: { snapshot: away } },
  ])("is unhealthy while $label, and says no more than that", async ({ setup }) => {
    const { app, log } = testApp({ ...setup, settings: { checkTimeoutMs: 50 } });
    const answer = await supertest(app).get("/health");
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ status: "unhealthy", storage: { available: false } });
    expect(answer.text).not.toContain("10.0.0.9");
    expect(log.lines.map(({ message }) => message)).toEqual(["a check failed"]);
  });

  test("asks once for all callers until the answer is too old, and sees a recovery", async () => {
    let asked = 0;
    const { app } = testApp({
      settings: { healthMaxAgeMs: 150 },
      checks: {
        database: async () => {
          asked += 1;
          if (asked === 1) return away();
        },
      },
    });
    const statuses = async () =>
      (await Promise.all([1, 2, 3].map(() => supertest(app).get("/health")))).map(
        ({ status }) => status,
      );
    expect([await statuses(), asked]).toEqual([[503, 503, 503], 1]);
    await new Promise((resolve) => setTimeout(resolve, 160));
    expect([await statuses(), asked]).toEqual([[200, 200, 200], 2]);
  });
});

describe("/ready", () => {
  test("is ready when the database takes writes and the schema is there", async () => {
    const answer = await supertest(testApp().app).get("/ready");
    expect([answer.status, answer.body]).toEqual([200, { status: "ready" }]);
  });

  test.each([
    { label: "the database", checks: { database: away }, failed: ["database"] },
    { label: "the schema", checks: { migrations: away }, failed: ["migrations"] },
    {
      label: "both",
      checks: { database: frozen, migrations: away },
      failed: ["database", "migrations"],
    },
  ])("is not ready for lack of $label", async ({ checks, failed }) => {
    const { app } = testApp({ checks, settings: { checkTimeoutMs: 50 } });
    const answer = await supertest(app).get("/ready");
    expect([answer.status, answer.body]).toEqual([503, { status: "not_ready", failed }]);
  });

  test("is not ready from the moment on that the process is to stop, whatever was found before", async () => {
    const state = { isDraining: false };
    const { app } = testApp({ isDraining: () => state.isDraining });
    expect((await supertest(app).get("/ready")).status).toBe(200);
    state.isDraining = true;
    const answer = await supertest(app).get("/ready");
    const want = { status: "not_ready", failed: ["draining"] };
    expect([answer.status, answer.body]).toEqual([503, want]);
  });
});

describe("/metrics", () => {
  test.each([
    { label: "without a key", key: undefined, open: false, want: 401 },
    { label: "with a wrong key", key: `${ADMIN_KEY}x`, open: false, want: 401 },
    { label: "with the key", key: ADMIN_KEY, open: false, want: 200 },
    { label: "without a key where they are public", key: undefined, open: true, want: 200 },
  ])("$label gives $want", async ({ key, open, want }) => {
    const { app } = testApp({ settings: { metricsPublic: open } });
    const call = supertest(app).get("/metrics");
    const answer = await (key === undefined ? call : call.set("Authorization", `Bearer ${key}`));
    expect([answer.status, answer.text.includes("ponte_")]).toEqual([want, want === 200]);
  });

  test("show the queues as they are, at most as old as the health check", async () => {
    let reads = 0;
    const { app } = testApp({
      settings: { metricsPublic: true },
      snapshot: async () => {
        reads += 1;
        return SNAPSHOT;
      },
    });
    await supertest(app).get("/health");
    const { text, headers } = await supertest(app).get("/metrics");
    expect(headers["content-type"]).toContain("text/plain; version=0.0.4");
    expect(text).toContain('ponte_queue_depth{queue="inbox"} 3\n');
    expect(text).toContain('ponte_queue_oldest_seconds{queue="dead"} 60\n');
    expect(reads).toBe(1);
  });

  test("are given without the queues while the database is away", async () => {
    const { app } = testApp({ settings: { metricsPublic: true }, checks: { database: away } });
    const { status, text } = await supertest(app).get("/metrics");
    expect([status, text.includes("ponte_queue_depth{")]).toEqual([200, false]);
  });
});
