import { afterEach, describe, expect, test } from "@jest/globals";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { ACCOUNT, eventually, listDrivers, startWorld, type World } from "./world.ts";

/** Two starts of a process, the second with a lease to wait for. */
const LIMIT_MS = 120_000;

const PEOPLE = 10;
const EACH = 10;

const personOf = (n: number): string => `55619911100${String(n % PEOPLE).padStart(2, "0")}`;

/** The texts a person was sent, in order. */
function answersTo(world: World, from: string): string[] {
  return world.graph.sent
    .filter(({ to }) => to === `+${from}`)
    .map(({ payload }) => JSON.stringify(payload))
    .map((json) => /"body":"([^"]*)"/.exec(json)?.[1] ?? json);
}

describe.each(await listDrivers())("kill -9 on $driver", ({ driver }) => {
  let world: World;
  afterEach(() => world.close());

  test(
    "a hundred acknowledged messages are all answered after the restart, in order, none twice",
    async () => {
      world = await startWorld({
        driver,
        bot: async (_sender, message) => [{ text: `eco ${message}` }],
      });
      const total = PEOPLE * EACH;
      for (let n = 0; n < total; n += 1) {
        const message = { account: ACCOUNT, from: personOf(n), id: `wamid.${n}`, text: `m${n}` };
        // A webhook that a busy machine could not store in time gets 503, and comes again.
        await eventually(async () => (await world.post(textWebhook(message))) === 200);
      }
      await world.bridge().stop("SIGKILL");
      await world.start();
      await eventually(
        () => world.graph.sent.length >= total,
        () => world.graph.sent.length,
        60_000,
      );
      await world.graph.settled();
      for (let person = 0; person < PEOPLE; person += 1) {
        const want = Array.from({ length: EACH }, (_, turn) => `eco m${person + turn * PEOPLE}`);
        expect(answersTo(world, personOf(person))).toEqual(want);
      }
      expect(world.rasa.overlaps()).toBe(0);
      expect(world.rasa.problems).toEqual([]);
      expect(world.graph.refusals).toEqual([]);
    },
    LIMIT_MS,
  );
});
