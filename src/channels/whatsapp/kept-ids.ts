import { createHash } from "node:crypto";
import type { Note } from "../../messages.ts";
import { note } from "./notes.ts";

/** A button payload that did not fit, with the id that was sent instead. */
export interface Kept {
  readonly id: string;
  readonly payload: string;
}

/** What marks an id as short for a kept payload. */
const KEPT_PREFIX = "p:";

/** Characters of base64url: 132 bits of the hash, too many for two payloads to share. */
const KEPT_HASH = 22;

/** Tells whether a tapped id stands for a kept payload rather than being one. */
export function isKeptId(id: string): boolean {
  return id.startsWith(KEPT_PREFIX);
}

/** Gives each payload of a message an id of its own of at most `limit` code units: itself, or a short one. */
export function assignIds(
  payloads: readonly string[],
  limit: number,
): { ids: string[]; kept: Kept[]; notes: Note[] } {
  const used = new Set<string>();
  const kept: Kept[] = [];
  const ids = payloads.map((payload) => {
    const isPlain =
      payload.length <= limit &&
      payload === payload.trim() &&
      !isKeptId(payload) &&
      !used.has(payload);
    const id = isPlain ? payload : freeId(payload, used);
    if (!isPlain) kept.push({ id, payload });
    used.add(id);
    return id;
  });
  const notes = kept.map(({ id, payload }) =>
    note("payload_kept", `A payload of ${payload.length} characters is kept as ${id}.`),
  );
  return { ids, kept, notes };
}

/** The same payload in the same place gets the same id on every rendering. */
function freeId(payload: string, used: ReadonlySet<string>): string {
  for (let attempt = 0; ; attempt += 1) {
    const id = keptId(attempt === 0 ? payload : `${attempt}\n${payload}`);
    if (!used.has(id)) return id;
  }
}

function keptId(payload: string): string {
  const hash = createHash("sha256").update(payload).digest("base64url");
  return KEPT_PREFIX + hash.slice(0, KEPT_HASH);
}
