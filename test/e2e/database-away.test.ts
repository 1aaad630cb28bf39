import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { type PrivatePostgres, startPrivatePostgres } from "../standins/private-postgres.ts";
import { ACCOUNT, eventually, startWorld, type World } from "./world.ts";

const LIMIT_MS = 120_000;
const PEOPLE = 10;

const postgres: PrivatePostgres | undefined = await startPrivatePostgres();
if (postgres === undefined) {
  if (process.env["REQUIRE_SERVICES"] === "1") throw new Error("no PostgreSQL server is installed");
  process.stderr.write("skipped: tests that stop PostgreSQL, no server is installed\n");
}
const whenInstalled = postgres === undefined ? test.skip : test;

let world: World;
beforeAll(async () => {
  if (postgres === undefined) return;
  world = await startWorld({
    driver: "postgres",
    databaseUrl: postgres.url,
    // What was being sent in that moment is settled by its echo, however long the provider pauses between two tries.
    settings: { delivery: { retry_base_ms: 50, uncertain_wait_ms: 20_000 } },
  });
}, LIMIT_MS);
afterAll(async () => {
  await world?.close();
  postgres?.close();
});

const personOf = (n: number): string => `55619911100${String(n % PEOPLE).padStart(2, "0")}`;

/** Posts as a provider does: again, until it is acknowledged. Collects what was answered meanwhile. */
async function postUntilTaken(n: number, answers: Map<number, number>): Promise<void> {
  const body = textWebhook({
    account: ACCOUNT,
    from: personOf(n),
    id: `wamid.${n}`,
    text: `m${n}`,
  });
  for (;;) {
    const status = await world.post(body);
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (status === 200) return;
    await sleep(20);
  }
}

whenInstalled(
  "PostgreSQL crashes under load: only 503s meanwhile, nothing acknowledged is lost, nothing is sent twice",
  async () => {
    const total = 300;
    const answers = new Map<number, number>();
    const load = (async () => {
      for (let n = 0; n < total; n += PEOPLE)
        await Promise.all(
          Array.from({ length: PEOPLE }, (_, person) => postUntilTaken(n + person, answers)),
        );
    })();
    await eventually(() => (answers.get(200) ?? 0) >= 100);
    postgres?.crash();
    await eventually(() => (answers.get(503) ?? 0) > 0);
    const health = await fetch(`${world.bridge().url}/health`);
    expect(health.status).toBe(503);
    expect((await fetch(`${world.bridge().url}/live`)).status).toBe(200);
    await sleep(1_000);
    postgres?.start();
    await load;
    expect([...answers.keys()].toSorted((a, b) => a - b)).toEqual([200, 503]);
    await eventually(
      () => world.graph.sent.length >= total,
      () => world.graph.sent.length,
      60_000,
    );
    await world.graph.settled();
    for (let person = 0; person < PEOPLE; person += 1) {
      const texts = world.graph.sent
        .filter(({ to }) => to === `+${personOf(person)}`)
        .map(({ payload }) => /"body":"([^"]*)"/.exec(JSON.stringify(payload))?.[1]);
      const want = Array.from(
        { length: total / PEOPLE },
        (_, turn) => `m${person + turn * PEOPLE}`,
      );
      expect(texts).toEqual(want);
    }
  },
  LIMIT_MS,
);

whenInstalled("a refused webhook says when to come back", async () => {
  postgres?.crash();
  try {
    const body = textWebhook({ account: ACCOUNT, from: personOf(1), id: "wamid.x", text: "oi" });
    const { rawBody, headers } = world.graph.signedWebhook(body);
    const url = `${world.bridge().url}/webhooks/whatsapp/webhook`;
    const response = await fetch(url, { method: "POST", headers, body: new Uint8Array(rawBody) });
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("2");
  } finally {
    postgres?.start();
  }
});
