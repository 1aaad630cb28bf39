import { z } from "zod";
import { insertKey, KEY_ROLES, keyRow, listKeys, revokeKey } from "../../db/api-keys.ts";
import { BridgeError } from "../../errors.ts";
import { SCOPES } from "./caller.ts";
import { createKey, digestKey } from "./key.ts";
import { pageOf, readPage } from "./paging.ts";
import { nothing, paging, timeFilter } from "./parameters.ts";
import { InvalidRequest } from "./request-problem.ts";
import { SEES_NUMBERS, scopesOfRole } from "./roles.ts";
import type { ApiContext } from "./route.ts";
import { defineRoute } from "./route.ts";

const tag = "keys";

const keyId = z.string().regex(/^[\w-]{8}$/);

const key = keyRow.meta({ id: "Key" });

const newKey = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .refine((text) => !text.includes("\u0000") && text.isWellFormed(), "is no usable text")
      .meta({ description: "What the key is for." }),
    role: z.enum(KEY_ROLES).optional().meta({
      description:
        "What its holder is: a `viewer` reads, an `operator` does the daily work, an `admin` everything of the tenant.",
    }),
    sees_numbers: z
      .boolean()
      .optional()
      .meta({
        description: `Whether a viewer sees phone numbers in full (\`${SEES_NUMBERS}\`); no, where absent.`,
      }),
    scopes: z
      .array(z.enum(SCOPES))
      .min(1)
      .transform((scopes) => [...new Set(scopes)].toSorted())
      .optional()
      .meta({
        description:
          "What the key allows, in place of a role; `admin` is everything of its tenant.",
      }),
    tenant: z
      .string()
      .optional()
      .meta({ description: "Whose key it is; the caller's tenant, or `default`, where absent." }),
    expires_at: timeFilter.optional().meta({ description: "It never expires where absent." }),
    per_minute: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({ description: "Calls a minute; `api.per_minute` where absent." }),
  })
  .refine(({ role, scopes }) => (role === undefined) !== (scopes === undefined), {
    path: ["role"],
    error: "give exactly one of role and scopes",
  })
  .refine(({ role, sees_numbers: sees }) => sees === undefined || role === "viewer", {
    path: ["sees_numbers"],
    error: "is for a viewer: an operator and an admin see numbers, and scopes say it themselves",
  })
  .meta({ id: "NewKey" });

const complain = (pointer: string, detail: string) => new InvalidRequest([{ pointer, detail }]);

/** Whose the new key is. A tenant without channels is a misspelt one. */
function tenantOf(
  asked: string | undefined,
  { caller, channels }: Pick<ApiContext, "caller" | "channels">,
): string {
  const tenant = asked ?? caller.tenant ?? "default";
  if (caller.tenant !== undefined && tenant !== caller.tenant)
    throw new BridgeError("request_forbidden", "a tenant's key makes keys of its own tenant only");
  const known = new Set([...channels.values()].map((channel) => channel.tenant));
  if (!known.has(tenant)) throw complain("/tenant", "no channel has this tenant");
  return tenant;
}

/** What the new key allows, and the role it was made for. */
function rightsOf({ role, scopes = [], sees_numbers: sees = false }: z.output<typeof newKey>) {
  return role === undefined
    ? { role: null, scopes }
    : { role, scopes: scopesOfRole(role, sees).toSorted() };
}

/** A key outlives and outpaces none that it was made with; what is left out is the maker's own. */
function boundsOf(
  body: z.output<typeof newKey>,
  { caller: { bounds }, perMinute: usual }: Pick<ApiContext, "caller" | "perMinute">,
): { readonly expiresAt: string | null; readonly perMinute: number | null } {
  const expiresAt = body.expires_at ?? bounds?.expiresAt ?? null;
  const perMinute = body.per_minute ?? bounds?.perMinute ?? null;
  const end = bounds?.expiresAt ?? null;
  const lastsLonger = end !== null && expiresAt !== null && expiresAt > end;
  const own = bounds === undefined ? Infinity : (bounds.perMinute ?? usual.key);
  const isFaster = (perMinute ?? 0) > own;
  if (lastsLonger || isFaster)
    throw new BridgeError("request_forbidden", "a key cannot make one that may do more than it");
  return { expiresAt, perMinute };
}

/** Who may call the API. A tenant's key sees and makes keys of its tenant. */
export const keyRoutes = [
  defineRoute({
    method: "get",
    path: "/keys",
    scope: "admin",
    summary: "Lists keys, the last made first, without the keys themselves",
    tag,
    query: z.strictObject(paging),
    body: nothing,
    answer: pageOf(key).meta({ id: "KeyPage" }),
    handle: ({ query }, { db, caller }) =>
      readPage(
        "keys",
        query,
        (wanted) => listKeys(db, caller.tenant, wanted),
        (row) => ({ at: row.created_at, id: row.id }),
        keyId,
      ),
  }),
  defineRoute({
    method: "post",
    path: "/keys",
    scope: "admin",
    summary: "Makes a key, which is shown this once",
    tag,
    status: 201,
    keepsAnswer: false,
    query: nothing,
    body: newKey,
    answer: keyRow
      .extend({ key: z.string().meta({ description: "To be sent as `Authorization: Bearer`." }) })
      .meta({ id: "MadeKey" }),
    handle: async ({ body }, context) => {
      const { db, caller } = context;
      const { id, key: text } = createKey();
      const made = await insertKey(db, {
        id,
        tenant: tenantOf(body.tenant, context),
        name: body.name,
        digest: digestKey(text).toString("hex"),
        ...rightsOf(body),
        createdBy: caller.actor,
        ...boundsOf(body, context),
      });
      if (made === undefined) throw complain("/expires_at", "is in the past");
      return { ...made, key: text };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/keys/{key_id}",
    scope: "admin",
    summary: "Ends a key for good; it stays in the list",
    tag,
    query: nothing,
    body: nothing,
    answer: key,
    handle: async ({ param }, { db, caller }) => {
      const revoked = await revokeKey(db, param("key_id"), caller.tenant);
      if (revoked === undefined)
        throw new BridgeError("request_not_found", "there is no key with this id");
      return revoked;
    },
  }),
] as const;
