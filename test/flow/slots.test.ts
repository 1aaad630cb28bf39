import { expect, test } from "@jest/globals";
import { createSlots } from "../../src/flow/slots.ts";

const never = new AbortController().signal;

/** Work that ends when told to. */
function piece(log: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<string>();
  const work = async () => {
    log.push(name);
    return promise;
  };
  return { work, end: () => resolve(name) };
}

test("so much runs at a time; the rest in order as places become free", async () => {
  const slots = createSlots(2);
  const log: string[] = [];
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => piece(log, name));
  const runs = [a, b, c, d].map((one) => slots.run(one?.work ?? (async () => ""), never));
  await Promise.resolve();
  expect(log).toEqual(["a", "b"]);
  b?.end();
  await runs[1];
  await new Promise(setImmediate);
  expect(log).toEqual(["a", "b", "c"]);
  for (const one of [a, c, d]) one?.end();
  expect(await Promise.all(runs)).toEqual(["a", "b", "c", "d"]);
});

test("a failure gives its place back", async () => {
  const slots = createSlots(1);
  await expect(slots.run(() => Promise.reject(new Error("no")), never)).rejects.toThrow("no");
  expect(await slots.run(async () => "next", never)).toBe("next");
});

test("who stops waiting leaves the line and no place is lost", async () => {
  const slots = createSlots(1);
  const log: string[] = [];
  const first = piece(log, "first");
  const running = slots.run(first.work, never);
  const abort = new AbortController();
  const waiting = slots.run(piece(log, "gave up").work, abort.signal);
  const last = slots.run(async () => "last", never);
  abort.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
  first.end();
  expect(await running).toBe("first");
  expect(await last).toBe("last");
  expect(log).toEqual(["first"]);
  await expect(slots.run(async () => "late", abort.signal)).rejects.toThrow("stopped");
  expect(await slots.run(async () => "free", never)).toBe("free");
});

test("who has had a place and stops later takes nobody else's", async () => {
  const slots = createSlots(1);
  const log: string[] = [];
  const [first, second] = [piece(log, "first"), piece(log, "second")];
  const abort = new AbortController();
  const runs = [slots.run(first.work, never), slots.run(second.work, abort.signal)];
  const last = slots.run(async () => "last", never);
  first.end();
  await runs[0];
  await new Promise(setImmediate);
  expect(log).toEqual(["first", "second"]);
  abort.abort(new Error("stopped"));
  second.end();
  expect(await last).toBe("last");
}, 2_000);
