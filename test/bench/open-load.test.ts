import { createServer } from "node:http";
import { describe, expect, test } from "@jest/globals";
import { openLoad } from "../../bench/open-load.ts";
import { createSchedule } from "../../bench/schedule.ts";
import { listen, stopListening } from "../standins/listen.ts";

describe("a schedule", () => {
  test("what could not be sent in time is still due at its own instant", () => {
    const schedule = createSchedule({ beganMs: 1_000, perSecond: 100, count: 3 });
    expect(schedule.take(999)).toBeUndefined();
    expect(schedule.take(1_000)).toBe(0);
    expect(schedule.take(1_009)).toBeUndefined();
    expect([schedule.take(1_500), schedule.take(1_500), schedule.take(1_500)]).toEqual([
      1,
      2,
      undefined,
    ]);
    expect(schedule.dueAt(1)).toBe(1_010);
    expect(schedule.dueAt(2)).toBe(1_020);
  });
});

describe("webhooks at fixed instants", () => {
  const job = { path: "/", perSecond: 1_000, requests: 60, first: 500, people: 10, run: "t" };

  test("each leaves at its instant, whether or not earlier ones are answered", async () => {
    const held: (() => void)[] = [];
    const server = createServer((request, response) => {
      request.resume();
      held.push(() => response.end("ok"));
      // The first answer comes only when all others were asked for: whoever waits for it never sends the second.
      if (held.length === job.requests) for (const answer of held) answer();
    });
    const port = await listen(server);
    const { dueAt, ackMs, refused, connections } = await openLoad({ ...job, port });
    await stopListening(server);
    expect({ refused, connections, count: ackMs.length }).toEqual({
      refused: 0,
      connections: job.requests,
      count: job.requests,
    });
    expect((dueAt.at(-1) ?? 0) - (dueAt[0] ?? 0)).toBeCloseTo(59, 3);
  });

  test("what had to wait for a connection counts from its instant all the same", async () => {
    const standstillMs = 150;
    let isFirst = true;
    const server = createServer((request, response) => {
      request.resume();
      setTimeout(() => response.end("ok"), isFirst ? standstillMs : 0);
      isFirst = false;
    });
    const port = await listen(server);
    const { ackMs } = await openLoad({ ...job, port, connections: 1 });
    await stopListening(server);
    // All were due within 59 ms, and none could leave before the 150th.
    expect(Math.min(...ackMs)).toBeGreaterThan(standstillMs - 59 - 5);
  });

  test("refusals and broken connections are counted, and the rest goes on", async () => {
    let count = 0;
    const server = createServer((request, response) => {
      request.resume();
      count += 1;
      if (count % 10 === 0) request.socket.destroy();
      else response.writeHead(count % 2 === 0 ? 503 : 200).end("x");
    });
    const port = await listen(server);
    const { ackMs, refused } = await openLoad({ ...job, port });
    await stopListening(server);
    expect({ count: ackMs.length, refused }).toEqual({ count: 60, refused: 30 });
  });
});
