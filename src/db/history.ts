import { z } from "zod";
import type { Database } from "./driver.ts";
import { utc } from "./utc.ts";

const lines = z.array(
  z.object({ role: z.enum(["user", "assistant"]), text: z.string(), at: z.string() }),
);

/** One text of a conversation. */
export type StoredLine = z.infer<typeof lines>[number];

/**
 * Reads the last texts of a conversation since a moment, oldest first; what failed to be sent was never said. A message
 * that is told apart, and what was said to it already, is left out.
 */
export async function listHistory(
  db: Database,
  conversationId: string,
  since: string,
  limit: number,
  exceptMessageId: string | null = null,
): Promise<readonly StoredLine[]> {
  const rows = await db.query(
    `select case direction when 'in' then 'user' else 'assistant' end as role, text, ${utc("created_at", "at")}
     from (
       select direction, text, created_at, seq from messages
       where conversation_id = $1::text::uuid and text <> '' and status <> 'failed'
         and created_at >= $2::text::timestamptz
         and id is distinct from $4::text::uuid
         and ($4::text is null or in_reply_to is distinct from $4::text::uuid)
       order by seq desc limit $3::int
     ) last order by seq`,
    [conversationId, since, limit, exceptMessageId],
  );
  return lines.parse(rows);
}
