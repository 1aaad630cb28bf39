import type { KeyRole } from "../../db/api-keys.ts";
import { BridgeError } from "../../errors.ts";

/** What a key may be allowed. `admin` is everything, keys and audit log included. */
export const SCOPES = [
  "messages:read",
  "messages:write",
  "conversations:read",
  "conversations:write",
  "contacts:read",
  "contacts:write",
  "templates:read",
  "templates:write",
  "campaigns:read",
  "campaigns:write",
  "events:read",
  "events:write",
  "channels:read",
  "channels:write",
  "stats:read",
  "simulator:write",
  "admin",
] as const;

export type Scope = (typeof SCOPES)[number];

/** Who calls the API, and what of the bridge is theirs. A tenant owns whole channels, and what happened on them. */
export interface Caller {
  /** For the audit log: `admin`, or `key:` and the key's id. */
  readonly actor: string;
  /** Undefined for the admin key, which stands above the tenants. */
  readonly tenant: string | undefined;
  readonly scopes: ReadonlySet<Scope>;
  /** Names of the channels that are theirs; undefined: all, those no longer configured among them. */
  readonly channels: readonly string[] | undefined;
  /** What the key itself is bound to, and so every key made with it; absent for the admin key. */
  readonly bounds?: { readonly expiresAt: string | null; readonly perMinute: number | null };
  /** What somebody is; absent where the scopes of their key were chosen one by one. */
  readonly role?: KeyRole;
  /** What the key is for, in its maker's words; absent for the admin key. */
  readonly name?: string;
  /** Present where a browser's session stands for the key. */
  readonly session?: { readonly id: string; readonly expiresAt: string };
}

/** The caller with the admin key. */
export const ADMIN: Caller = {
  actor: "admin",
  role: "admin",
  tenant: undefined,
  scopes: new Set(["admin"]),
  channels: undefined,
};

/** What somebody may do who tries the phone simulator where that needs no key: everything on its lines, nothing beyond. */
const VISITOR_SCOPES: readonly Scope[] = [
  "messages:read",
  "messages:write",
  "conversations:read",
  "conversations:write",
  "contacts:read",
  "templates:read",
  "templates:write",
  "events:read",
  "channels:read",
  "simulator:write",
];

/** The actor that is everybody who tries the phone simulator without a key. */
export const VISITOR = "simulator";

/** Somebody without a key at the phone simulator. */
export function visitorOf({ channels }: { readonly channels: readonly string[] }): Caller {
  return {
    actor: VISITOR,
    name: "simulator",
    tenant: "simulator",
    scopes: new Set(VISITOR_SCOPES),
    channels,
  };
}

/** Whether something that happened on a channel is the caller's. */
export function owns({ channels }: Pick<Caller, "channels">, channel: string): boolean {
  return channels === undefined || channels.includes(channel);
}

/** Throws `request_not_found` where something is not the caller's: what belongs to others does not exist for them. */
export function mustOwn(caller: Pick<Caller, "channels">, channel: string, what: string): void {
  if (owns(caller, channel)) return;
  throw new BridgeError("request_not_found", `there is no ${what} with this id`);
}

/** Throws `request_forbidden` for a tenant's key: what belongs to the whole installation is no tenant's. */
export function mustStandAbove({ tenant }: Pick<Caller, "tenant">): void {
  if (tenant === undefined) return;
  throw new BridgeError(
    "request_forbidden",
    "this is of the whole installation: use the admin key",
  );
}

/** Whether a caller's key allows something. */
export function has({ scopes }: Pick<Caller, "scopes">, scope: Scope): boolean {
  return scopes.has("admin") || scopes.has(scope);
}

/** Throws `request_forbidden` where the caller's key was not made for this. */
export function mustHave(caller: Pick<Caller, "scopes">, scope: Scope): void {
  if (has(caller, scope)) return;
  throw new BridgeError("request_forbidden", `the key needs the scope ${scope}`);
}
