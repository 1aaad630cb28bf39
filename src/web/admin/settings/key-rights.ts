import type { KeyRole } from "../../../db/api-keys.ts";
import type { Scope } from "../../../http/api/caller.ts";
import type { Key } from "./types.ts";

/** Every scope; one that is new in the API does not compile until it is here. */
const SCOPE_SET: Readonly<Record<Scope, true>> = {
  "messages:read": true,
  "messages:write": true,
  "conversations:read": true,
  "conversations:write": true,
  "contacts:read": true,
  "contacts:write": true,
  "templates:read": true,
  "templates:write": true,
  "campaigns:read": true,
  "campaigns:write": true,
  "events:read": true,
  "events:write": true,
  "channels:read": true,
  "channels:write": true,
  "stats:read": true,
  "simulator:write": true,
  admin: true,
};

export const SCOPES: readonly string[] = Object.keys(SCOPE_SET);

/** What a key may be made for: a role, or scopes chosen one by one. */
export const RIGHTS = ["viewer", "operator", "admin", "scopes"] as const satisfies readonly (
  KeyRole | "scopes"
)[];

export type Rights = (typeof RIGHTS)[number];

/** What somebody has filled in for a new key. */
export interface KeyDraft {
  readonly name: string;
  readonly rights: Rights;
  readonly seesNumbers: boolean;
  readonly scopes: readonly string[];
  readonly tenant: string;
  /** Days until it ends; 0: never. */
  readonly days: number;
  readonly perMinute: string;
}

export const EMPTY_DRAFT: KeyDraft = {
  name: "",
  rights: "viewer",
  seesNumbers: false,
  scopes: [],
  tenant: "",
  days: 0,
  perMinute: "",
};

const DAY_MS = 86_400_000;

/** The request that makes such a key. */
export function requestOf(draft: KeyDraft, now: number): Readonly<Record<string, unknown>> {
  const { rights, days, perMinute, tenant } = draft;
  return {
    name: draft.name.trim(),
    ...(rights === "scopes" ? { scopes: draft.scopes } : { role: rights }),
    ...(rights === "viewer" && draft.seesNumbers && { sees_numbers: true }),
    ...(tenant !== "" && { tenant }),
    ...(days > 0 && { expires_at: new Date(now + days * DAY_MS).toISOString() }),
    ...(perMinute.trim() !== "" && { per_minute: Number(perMinute) }),
  };
}

/** Whether enough is filled in to ask for the key; what is wrong with the rest the server says. */
export function isComplete({ name, rights, scopes }: KeyDraft): boolean {
  return name.trim() !== "" && (rights !== "scopes" || scopes.length > 0);
}

/** Whether a key is still good. */
export function stateOf(
  { revoked_at: revoked, expires_at: expires }: Pick<Key, "revoked_at" | "expires_at">,
  now: number,
): "active" | "expired" | "revoked" {
  if (revoked !== null) return "revoked";
  return expires !== null && Date.parse(expires) <= now ? "expired" : "active";
}
