import { z } from "zod";
import { signWebhook, statusWebhook } from "../test/standins/graph-webhooks.ts";
import { loopRound } from "./loop.ts";
import { onDatabase } from "./on-database.ts";
import type { Subject } from "./subject.ts";
import { APP_SECRET } from "./webhook.ts";
import type { World } from "./world.ts";

const sentRows = z.array(
  z.object({ externalId: z.string(), account: z.string(), address: z.string() }),
);

const SENT = `
  select m.external_id as "externalId", m.account, coalesce(
      (select i.value from contact_identities i where i.contact_id = m.contact_id and i.kind = 'phone' limit 1), '') as address
  from messages m where m.direction = 'out' and m.external_id is not null`;

const STATUSES = ["sent", "delivered", "read"] as const;

/** Status webhooks under way at once. */
const AT_ONCE = 32;

async function post(bridge: Subject, body: unknown): Promise<void> {
  const { rawBody, headers } = signWebhook(body, APP_SECRET);
  const answer = await fetch(`${bridge.url}/webhooks/whatsapp/webhook`, {
    method: "POST",
    headers,
    body: new Uint8Array(rawBody),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`a status was answered with ${answer.status}`);
}

/** Reports each message that was sent as sent, delivered and read, one after the other, as the provider does. */
async function reportAll(bridge: Subject, databaseUrl: string): Promise<void> {
  const sent = sentRows.parse(await onDatabase(databaseUrl, (db) => db.query(SENT)));
  const left = [...sent];
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const { externalId, account, address } = next;
      const timestamp = Math.floor(Date.now() / 1_000);
      for (const status of STATUSES) {
        const built = {
          account,
          id: externalId,
          status,
          recipient: address.replace("+", ""),
          timestamp,
        };
        await post(bridge, statusWebhook(built));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Lets a bridge answer so many webhooks, all of whose replies are read in the end: rows as real ones are. */
export async function leaveSample(world: World, databaseUrl: string, turns: number): Promise<void> {
  const bridge = await world.bridge({ role: "all", databaseUrl });
  try {
    const job = { name: "sample", requests: turns, run: "history" };
    await loopRound([bridge], world.standins.url, job);
    await reportAll(bridge, databaseUrl);
  } finally {
    await bridge.stop();
  }
}
