import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, listQuickestDriver, startWorld, type World, ACCOUNT } from "../e2e/world.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { type Otlp, startOtlp } from "../standins/otlp.ts";

describe.each(await listQuickestDriver())("a collector in trouble, on $driver", ({ driver }) => {
  let otlp: Otlp;
  let world: World;
  beforeAll(async () => {
    otlp = await startOtlp();
    otlp.behave("hangs");
    world = await startWorld({
      driver,
      bot: () => [{ text: "olá" }],
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url },
    });
  }, 120_000);
  afterAll(async () => {
    await world.close();
    await otlp.close();
  });

  test("one that hangs holds up neither a message nor the stop", async () => {
    const message = { account: ACCOUNT, from: "5561991230001", id: "wamid.away.1", text: "oi" };
    expect(await world.post(textWebhook(message))).toBe(200);
    await eventually(() => world.graph.sent.length === 1);
    // A stop that waited for the collector would be cut off, and end with 1.
    expect(await world.bridge().stop("SIGTERM")).toBe(0);
    expect(otlp.calls()).toBe(1);
    expect(otlp.bodies()).toEqual([]);
  });
});
