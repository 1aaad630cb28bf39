import { z } from "zod";
import { hasServer } from "../database.ts";
import { ACCOUNT } from "../e2e/world.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { openScene, type Scene } from "./scene.ts";
import { createCalls } from "./t10-calls.ts";

/** Webhooks that arrive at once, one of them hostile. */
const BATCH = 200;

/** A text that this database refuses, whatever the bridge made of it: nobody knows all that a database may refuse. */
const REFUSED_TEXT = "o que o banco recusa";

const TRAP = `
  create function refuse_text() returns trigger language plpgsql as $$
  begin
    if new.message ->> 'text' = '${REFUSED_TEXT}' then
      raise exception 'unsupported Unicode escape sequence' using errcode = 'untranslatable_character';
    end if;
    return new;
  end $$;
  create trigger refuse_text before insert on inbox for each row execute function refuse_text()`;

const hasDatabase = await hasServer();

const counted = z.tuple([z.object({ count: z.number() })]);

interface Poison {
  readonly what: string;
  /** Whether it has to be put aside; what can be understood is answered. */
  readonly isPutAside: boolean;
  readonly write: (person: string, id: string) => unknown;
}

const inbound = (from: string, id: string, text: string) =>
  textWebhook({ account: ACCOUNT, from, id, text });

const POISONS: readonly Poison[] = [
  {
    what: "a text of NUL and half characters",
    isPutAside: false,
    write: (from, id) => inbound(from, id, "a\u0000b\ud800c\udc00"),
  },
  {
    what: "bytes that are no UTF-8 and no JSON",
    isPutAside: true,
    write: (from, id) => Buffer.from(`{"object":"whatsapp","${from}":"${id}\u00ff\u0000`, "latin1"),
  },
  {
    what: "a value that the database refuses",
    isPutAside: true,
    write: (from, id) => inbound(from, id, REFUSED_TEXT),
  },
];

async function count(scene: Scene, text: string, values: readonly string[]): Promise<number> {
  const [{ count: found }] = counted.parse(await scene.db.query(text, [...values]));
  return found;
}

interface Outcome {
  readonly acknowledged: number;
  readonly missing: number;
  /** Whether the hostile one is there byte for byte, and in the state it should be in. */
  readonly isKept: boolean;
}

async function poisonOnce(scene: Scene, poison: Poison, round: number): Promise<Outcome> {
  const { graph } = scene.world;
  const place = Math.floor(Math.random() * BATCH);
  const bodies = Array.from({ length: BATCH }, (_, n) => {
    const person = `5561${String(round).padStart(4, "0")}${String(n).padStart(5, "0")}`;
    const id = `wamid.poison-${String(round)}-${String(n)}`;
    return graph.signedWebhook(
      n === place ? poison.write(person, id) : inbound(person, id, `m${String(n)}`),
    );
  });
  const calls = createCalls(BATCH);
  const url = `${scene.world.bridge().url}/webhooks/whatsapp/webhook`;
  const answers = await Promise.all(
    bodies.map(({ rawBody, headers }) => calls.post(url, headers, rawBody)),
  );
  calls.close();
  const stored = await count(
    scene,
    "select count(*)::int as count from inbox where external_id like $1::text",
    [`wamid.poison-${String(round)}-%`],
  );
  const hostile = bodies[place]?.rawBody ?? Buffer.alloc(0);
  const kept = await count(
    scene,
    `select count(*)::int as count from webhook_events
     where body = decode($1::text, 'base64') and state = $2::text and (reason is not null) = (state = 'quarantined')`,
    [hostile.toString("base64"), poison.isPutAside ? "quarantined" : "stored"],
  );
  return {
    acknowledged: answers.filter(({ status }) => status === 200).length,
    missing: BATCH - (poison.isPutAside ? 1 : 0) - stored,
    isKept: kept === 1,
  };
}

/** Sends batches with one hostile webhook in the midst. */
async function run(size: Size): Promise<FaultFigures> {
  const scene = await openScene({ takesOnly: true });
  try {
    await scene.db.script(TRAP);
    const rounds = size.of(50, 1);
    const outcomes: Outcome[] = [];
    for (let round = 0; round < rounds * POISONS.length; round += 1) {
      const poison = POISONS[round % POISONS.length];
      if (poison !== undefined) outcomes.push(await poisonOnce(scene, poison, round));
    }
    const acknowledged = outcomes.reduce((sum, one) => sum + one.acknowledged, 0);
    return {
      rounds: outcomes.length,
      acknowledged,
      lost: outcomes.reduce((sum, { missing }) => sum + missing, 0),
      duplicated: 0,
      outOfOrder: 0,
      marks: [
        {
          text: `all ${BATCH} of a batch are answered 200`,
          isMet: acknowledged === outcomes.length * BATCH,
        },
        {
          text: `${BATCH - 1} are stored and the hostile one is kept byte for byte, with the reason where it was put aside`,
          isMet: outcomes.every(({ isKept }) => isKept),
        },
      ],
      notes: [`the hostile ones: ${POISONS.map(({ what }) => what).join("; ")}`],
    };
  } finally {
    await scene.close();
  }
}

export const POISON: Fault = {
  id: "T16",
  title: "one hostile webhook in a batch of 200",
  missing: () => (hasDatabase ? undefined : "there is no PostgreSQL server"),
  run,
};
