import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { handleSignals } from "../src/signals.ts";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A process whose signals a test sends, with a log of what they did. */
function start({ isTerminalGone = false, stop = () => Promise.resolve() } = {}) {
  const did: string[] = [];
  const listeners = new Map<string, (signal: string) => void>();
  const clock = { now: 0 };
  handleSignals((signal, listener) => listeners.set(signal, listener), {
    stop: (signal) => {
      did.push(`stop by ${signal}`);
      return stop();
    },
    reload: () => did.push("reload"),
    toggleDebug: () => did.push("debug"),
    exit: (code) => did.push(`exit ${code}`),
    isTerminalGone: () => isTerminalGone,
    stopLimitMs: () => 9_500,
    now: () => clock.now,
  });
  const send = async (signal: string, atMs = 0): Promise<void> => {
    clock.now = atMs;
    listeners.get(signal)?.(signal);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { did, send };
}

const never = () => new Promise<void>(() => undefined);

describe("a stop", () => {
  test.each(["SIGTERM", "SIGINT"])("%s ends in order, with 0", async (signal) => {
    const { did, send } = start();
    await send(signal);
    expect(did).toEqual([`stop by ${signal}`, "exit 0"]);
  });

  test("one that fails ends with 1", async () => {
    const { did, send } = start({ stop: () => Promise.reject(new Error("no")) });
    await send("SIGTERM");
    expect(did).toEqual(["stop by SIGTERM", "exit 1"]);
  });

  test("the second signal ends it at once", async () => {
    const { did, send } = start({ stop: never });
    await send("SIGINT");
    await send("SIGINT", 800);
    expect(did).toEqual(["stop by SIGINT", "exit 1"]);
  });

  test("the same Ctrl-C, handed on by npm, is no second one", async () => {
    const { did, send } = start({ stop: never });
    await send("SIGINT");
    await send("SIGINT", 20);
    expect(did).toEqual(["stop by SIGINT"]);
  });

  test("one that takes too long is cut short", async () => {
    const { did, send } = start({ stop: never });
    await send("SIGTERM");
    jest.advanceTimersByTime(9_499);
    expect(did).toEqual(["stop by SIGTERM"]);
    jest.advanceTimersByTime(1);
    expect(did).toEqual(["stop by SIGTERM", "exit 1"]);
  });
});

describe("a hangup", () => {
  test("reads the configuration again", async () => {
    const { did, send } = start();
    await send("SIGHUP");
    expect(did).toEqual(["reload"]);
  });

  test("of a terminal that was closed stops", async () => {
    const { did, send } = start({ isTerminalGone: true });
    await send("SIGHUP");
    expect(did).toEqual(["stop by SIGHUP", "exit 0"]);
  });

  test("during a stop does nothing", async () => {
    const { did, send } = start({ stop: never });
    await send("SIGTERM");
    await send("SIGHUP", 1_000);
    expect(did).toEqual(["stop by SIGTERM"]);
  });
});

test("SIGUSR2 switches debug lines", async () => {
  const { did, send } = start();
  await send("SIGUSR2");
  expect(did).toEqual(["debug"]);
});
