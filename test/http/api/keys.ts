import { insertKey } from "../../../src/db/api-keys.ts";
import type { Queryable } from "../../../src/db/driver.ts";
import { SCOPES } from "../../../src/http/api/caller.ts";
import { createKey, digestKey } from "../../../src/http/api/key.ts";

/** What of a key matters to a test; it allows everything of the tenant `default`, for ever, unless something else is said. */
export interface TestKey {
  readonly tenant?: string;
  readonly scopes?: readonly string[];
  readonly perMinute?: number;
  readonly expiresAt?: string;
}

/** Makes a key and gives it with its id. */
export async function makeKey(
  db: Queryable,
  { tenant = "default", scopes = SCOPES, perMinute, expiresAt }: TestKey = {},
): Promise<{ readonly id: string; readonly key: string }> {
  const made = createKey();
  await insertKey(db, {
    id: made.id,
    tenant,
    name: tenant,
    digest: digestKey(made.key).toString("hex"),
    role: null,
    scopes,
    perMinute: perMinute ?? null,
    expiresAt: expiresAt ?? null,
    createdBy: "admin",
  });
  return made;
}
