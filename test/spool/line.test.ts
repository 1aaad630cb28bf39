import { expect, test } from "@jest/globals";
import { BridgeError } from "../../src/errors.ts";
import { createLine } from "../../src/spool/line.ts";

const away = () => new BridgeError("store_unavailable", "the database cannot be reached");

/** A line before a database whose answers the test gives, and a spool that notes what comes. */
function scene() {
  const spooled: string[] = [];
  const state = { isEmptying: false };
  const stored: string[] = [];
  const answers = new Map<string, { take: () => void; fail: (error: Error) => void }>();
  const line = createLine({
    isSpooled: () => spooled.length > 0,
    isEmptying: () => state.isEmptying,
  });
  const arrive = (id: string): Promise<void> =>
    line.store(
      () =>
        new Promise<void>((resolve, reject) => {
          const take = (): void => {
            stored.push(id);
            resolve();
          };
          answers.set(id, { take, fail: reject });
        }),
      () => {
        spooled.push(id);
        return Promise.resolve();
      },
    );
  return {
    line,
    state,
    spooled,
    stored,
    answers,
    arrive,
    isTried: (id: string) => answers.has(id),
  };
}

test("while the database takes them, webhooks go there at once and side by side", async () => {
  const { spooled, stored, answers, arrive } = scene();
  const both = [arrive("a"), arrive("b")];
  answers.get("b")?.take();
  answers.get("a")?.take();
  await Promise.all(both);
  expect({ stored, spooled }).toEqual({ stored: ["b", "a"], spooled: [] });
});

test("what fails goes into the spool in the order of arrival, whichever failed first", async () => {
  const { spooled, answers, arrive } = scene();
  const all = [arrive("a"), arrive("b"), arrive("c")];
  answers.get("c")?.fail(away());
  answers.get("b")?.fail(away());
  await new Promise(setImmediate);
  expect(spooled).toEqual([]);
  answers.get("a")?.fail(away());
  await Promise.all(all);
  expect(spooled).toEqual(["a", "b", "c"]);
});

test("what arrives once one has failed does not try the database, and goes behind it", async () => {
  const { spooled, answers, arrive, isTried } = scene();
  const first = [arrive("a"), arrive("b")];
  answers.get("b")?.fail(away());
  await new Promise(setImmediate);
  const third = arrive("c");
  expect(isTried("c")).toBe(false);
  answers.get("a")?.take();
  await Promise.all([...first, third]);
  expect(spooled).toEqual(["b", "c"]);
});

test("what fails for another reason than the database is not spooled, and holds nobody up", async () => {
  const { spooled, answers, arrive } = scene();
  const bug = arrive("a");
  const next = arrive("b");
  answers.get("a")?.fail(new BridgeError("store_data", "a bug"));
  answers.get("b")?.fail(away());
  await expect(bug).rejects.toMatchObject({ code: "store_data" });
  await next;
  expect(spooled).toEqual(["b"]);
});

test("a spool that refuses says so, and the next one tries the database again", async () => {
  const line = createLine({ isSpooled: () => false, isEmptying: () => false });
  const full = new BridgeError("store_overloaded", "the spool is full");
  const refused = line.store(
    () => Promise.reject(away()),
    () => Promise.reject(full),
  );
  await expect(refused).rejects.toBe(full);
  let isTried = false;
  await line.store(
    () => {
      isTried = true;
      return Promise.resolve();
    },
    () => Promise.reject(full),
  );
  expect(isTried).toBe(true);
});

test("while the spool is emptied, what arrives waits for that and goes to the database in its order", async () => {
  const { line, state, spooled, stored, answers, arrive, isTried } = scene();
  spooled.push("old");
  state.isEmptying = true;
  const both = [arrive("a"), arrive("b")];
  await new Promise(setImmediate);
  expect(isTried("a")).toBe(false);
  spooled.length = 0;
  line.emptied();
  await new Promise(setImmediate);
  expect([...answers.keys()]).toEqual(["a", "b"]);
  for (const { take } of answers.values()) take();
  await Promise.all(both);
  expect({ stored, spooled }).toEqual({ stored: ["a", "b"], spooled: [] });
});

test("where emptying takes long, what arrives lines up in the spool after all", async () => {
  const { state, spooled, arrive, isTried } = scene();
  spooled.push("old");
  state.isEmptying = true;
  await Promise.all([arrive("a"), arrive("b")]);
  expect(spooled).toEqual(["old", "a", "b"]);
  expect(isTried("a")).toBe(false);
});
