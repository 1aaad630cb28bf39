import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { ACCOUNT, eventually, listQuickestDriver, startWorld, type World } from "./world.ts";

/** The embedded database is for small installations. */
const PEOPLE = { postgres: 200, embedded: 40 } as const;
const EACH = 10;

/** How long the bot is away, milliseconds; the real five minutes are run by hand. */
const OUTAGE_MS = Number(process.env["TEST_OUTAGE_MS"] ?? 12_000);
/** After the bot is back: longest pause between two tries, and the work itself. */
const RECOVERY_MS = 120_000;

const SORRY = "Desculpe, não consegui responder agora. Tente de novo daqui a pouco.";

const personOf = (n: number): string => `5561992${String(n).padStart(6, "0")}`;

const message = (person: number, turn: number) =>
  textWebhook({
    account: ACCOUNT,
    from: personOf(person),
    id: `wamid.${person}.${turn}`,
    text: `pedido ${turn}`,
  });

/** Everything that was sent to each person, in order. */
function heardByPerson(world: World): ReadonlyMap<string, readonly string[]> {
  const heard = new Map<string, string[]>();
  for (const { to, payload } of world.graph.sent) {
    const body = /"body":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(payload))?.[1] ?? "";
    heard.set(to, [...(heard.get(to) ?? []), body]);
  }
  return heard;
}

const answered = (world: World): number =>
  [...heardByPerson(world).values()].flat().filter((text) => text.startsWith("eco ")).length;

describe.each(await listQuickestDriver())(
  "a bot that is away for long, on $driver",
  ({ driver }) => {
    let world: World;
    afterEach(() => world.close());
    const people = Array.from({ length: PEOPLE[driver] }, (_, person) => person);
    const turns = Array.from({ length: EACH }, (_, turn) => turn);

    test(
      "owes nobody an answer when it is back: all in order, with one word of it at most",
      async () => {
        world = await startWorld({
          driver,
          bot: (_sender, text) => [{ text: `eco ${text}` }],
          settings: { answers: { outage_notice_ms: 2_000 } },
        });
        await world.rasa.stop();
        const since = Date.now();
        for (const turn of turns) {
          const posts = people.map((person) => world.post(message(person, turn)));
          expect(new Set(await Promise.all(posts))).toEqual(new Set([200]));
        }
        await sleep(Math.max(0, OUTAGE_MS - (Date.now() - since)));
        expect(answered(world)).toBe(0);
        await world.rasa.resume();
        await eventually(
          () => answered(world) >= people.length * EACH,
          () => ({ answered: answered(world), log: world.bridge().output().slice(-1_000) }),
          RECOVERY_MS,
        );

        const heard = heardByPerson(world);
        for (const person of people) {
          const texts = heard.get(`+${personOf(person)}`) ?? [];
          const echoes = texts.filter((text) => text !== SORRY);
          expect(echoes).toEqual(turns.map((turn) => `eco pedido ${turn}`));
          expect(texts.length - echoes.length).toBeLessThanOrEqual(1);
        }
        const notices = [...heard.values()].flat().filter((text) => text === SORRY);
        expect(notices.length).toBeGreaterThan(0);
        expect(world.rasa.overlaps()).toBe(0);
        expect(await world.api("/dead-letters")).toMatchObject({ data: [] });
      },
      OUTAGE_MS + RECOVERY_MS + 60_000,
    );
  },
);
