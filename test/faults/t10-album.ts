import { z } from "zod";
import { hasServer } from "../database.ts";
import { ACCOUNT } from "../e2e/world.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { openScene, type Scene } from "./scene.ts";
import { createCalls } from "./t10-calls.ts";

/** Files of an album, each a webhook of its own, all at once. */
const FILES = 10;

/** Albums on their way at once. */
const ALBUMS_AT_ONCE = 8;

const hasDatabase = await hasServer();

const rows = z.array(
  z.object({ conversations: z.number(), contacts: z.number(), stored: z.number() }),
);

const SEEN = `
  select count(distinct c.id)::int as conversations, count(distinct c.contact_id)::int as contacts,
    count(distinct i.external_id)::int as stored
  from inbox i join conversations c on c.id = i.conversation_id
  group by split_part(i.external_id, '-', 2)`;

const personOf = (album: number): string => `556195${String(album).padStart(7, "0")}`;

/** The files in the order in which the person chose them come in any order: their times tell it. */
async function postAlbum(scene: Scene, album: number, calls: ReturnType<typeof createCalls>) {
  const url = `${scene.world.bridge().url}/webhooks/whatsapp/webhook`;
  const began = Math.floor(Date.now() / 1_000) - 60;
  const files = Array.from({ length: FILES }, (_, file) => ({
    account: ACCOUNT,
    from: personOf(album),
    id: `wamid.album-${String(album)}-${String(file)}`,
    text: `a${String(album)}f${String(file)}`,
    timestamp: began + file,
  }));
  const shuffled = files.toSorted(() => Math.random() - 0.5);
  const answers = await Promise.all(
    shuffled.map((file) => {
      const { rawBody, headers } = scene.world.graph.signedWebhook(textWebhook(file));
      return calls.post(url, headers, rawBody);
    }),
  );
  return answers.filter(({ status }) => status === 200).length;
}

/** What the bot was told of each album, as places in it, in the order in which it was told. */
function toldOf(scene: Scene, album: number): readonly number[] {
  const said = scene.world.rasa.turns.map(({ message }) => message).join("\n");
  return [...said.matchAll(new RegExp(`\\ba${String(album)}f(\\d+)\\b`, "g"))].map(([, file]) =>
    Number(file),
  );
}

/** New people send albums: ten webhooks at once, in any order, of somebody nobody knew before. */
async function run(size: Size): Promise<FaultFigures> {
  const albums = size.of(1_000, 15);
  const scene = await openScene({ takesOnly: true });
  try {
    const calls = createCalls(ALBUMS_AT_ONCE * FILES);
    const taken: number[] = [];
    let next = 0;
    const send = async (): Promise<void> => {
      while (next < albums) taken.push(await postAlbum(scene, (next += 1) - 1, calls));
    };
    await Promise.all(Array.from({ length: ALBUMS_AT_ONCE }, send));
    calls.close();
    const acknowledged = taken.reduce((sum, one) => sum + one, 0);
    const seen = rows.parse(await scene.db.query(SEEN));
    // Answered only now, when all have come: what is claimed together is put in order by the provider's time.
    await scene.world.startAnother({ PONTE_ROLE: "worker" });
    await scene.rest();
    const told = Array.from({ length: albums }, (_, album) => toldOf(scene, album));
    const stored = seen.reduce((sum, one) => sum + one.stored, 0);
    const heard = told.reduce((sum, files) => sum + new Set(files).size, 0);
    return {
      rounds: albums,
      acknowledged,
      lost: albums * FILES - Math.min(stored, heard),
      duplicated: told.reduce((sum, files) => sum + files.length - new Set(files).size, 0),
      outOfOrder: told.filter((files) => files.some((file, at) => file < (files[at - 1] ?? -1)))
        .length,
      marks: [
        { text: "every webhook is taken at its first try", isMet: acknowledged === albums * FILES },
        {
          text: "one conversation and one contact for each person",
          isMet:
            seen.length === albums &&
            seen.every(({ conversations, contacts }) => conversations === 1 && contacts === 1),
        },
        {
          text: "told to the bot in the order of the provider's times",
          isMet: told.every((files) => files.length === FILES),
        },
      ],
      notes: [`${ALBUMS_AT_ONCE} albums of ${FILES} webhooks at once, their webhooks in any order`],
    };
  } finally {
    await scene.close();
  }
}

export const ALBUM: Fault = {
  id: "T10",
  title: "albums of people nobody knew, all at once",
  missing: () => (hasDatabase ? undefined : "there is no PostgreSQL server"),
  run,
};
