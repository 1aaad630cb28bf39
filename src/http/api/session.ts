import { z } from "zod";
import type { Request } from "express";
import { KEY_ROLES } from "../../db/api-keys.ts";
import { keepSignOut } from "../../db/sign-outs.ts";
import { BridgeError } from "../../errors.ts";
import { createRecognition } from "./authorize.ts";
import { type Caller, has, SCOPES, VISITOR, visitorOf } from "./caller.ts";
import { nothing } from "./parameters.ts";
import { SEES_NUMBERS } from "./roles.ts";
import type { ApiContext, Route } from "./route.ts";
import { defineRoute } from "./route.ts";
import { auditSession } from "./session-audit.ts";
import { clearSessionCookie, demandOwnPage, setSessionCookie } from "./session-cookie.ts";

const tag = "session";

/** Whether somebody is signed in, and what they may do. */
export const session = z
  .strictObject({
    signed_in: z.boolean(),
    actor: z.string().nullable().meta({ description: "`admin`, `key:<id>` or `simulator`." }),
    name: z.string().nullable().meta({ description: "What the key is for." }),
    role: z
      .enum(KEY_ROLES)
      .nullable()
      .meta({ description: "Null where the key's scopes were chosen one by one." }),
    scopes: z.array(z.enum(SCOPES)),
    tenant: z.string().nullable().meta({ description: "Null for the admin key." }),
    sees_numbers: z.boolean().meta({ description: "Whether phone numbers are shown in full." }),
    expires_at: z.iso.datetime().nullable(),
    simulator: z
      .enum(["open", "admin"])
      .nullable()
      .meta({ description: "Who may use the phone simulator; null where there is none." }),
    version: z.string(),
  })
  .meta({ id: "Session" });

type Shared = Pick<ApiContext, "simulator" | "version">;

function show(
  caller: Caller | undefined,
  expiresAt: string | null,
  { simulator, version }: Shared,
): z.output<typeof session> {
  return {
    signed_in: caller !== undefined,
    actor: caller?.actor ?? null,
    name: caller?.name ?? null,
    role: caller?.role ?? null,
    scopes: SCOPES.filter((scope) => caller?.scopes.has(scope)),
    tenant: caller?.tenant ?? null,
    sees_numbers: caller !== undefined && has(caller, SEES_NUMBERS),
    expires_at: expiresAt,
    simulator: simulator?.mode ?? null,
    version,
  };
}

/** When somebody has to sign in again: at the end of the session, or of its key where that comes first. */
function endOf({ bounds }: Caller, sessionEnd: string): string {
  const keyEnd = bounds?.expiresAt ?? null;
  return keyEnd !== null && Date.parse(keyEnd) < Date.parse(sessionEnd) ? keyEnd : sessionEnd;
}

/** Who somebody is that wants to sign in. Throws `request_unauthorized` and `store_*`. */
async function admit(key: string | undefined, request: Request, deps: ApiContext): Promise<Caller> {
  const refuse = (detail: string) => new BridgeError("request_unauthorized", detail);
  if (key === undefined) {
    if (deps.simulator?.mode === "open") return visitorOf(deps.simulator);
    throw refuse("a valid key is needed");
  }
  const found = await createRecognition(deps).byKey(key);
  if (found !== undefined && "caller" in found) return found.caller;
  const refused = { action: "sign_in_refused", who: found?.holder, session: "" } as const;
  const reason = found?.refusal ?? "there is no such key";
  await auditSession({ ...refused, reason }, request, deps);
  throw refuse(found?.refusal ?? "a valid key is needed");
}

function subjectOf({ actor }: Caller) {
  if (actor === "admin" || actor === "simulator") return actor;
  return `key:${actor.slice("key:".length)}` as const;
}

const begun = z.strictObject({ session, token: z.string() });

const begin = defineRoute({
  method: "post",
  path: "/session",
  scope: undefined,
  summary: "Signs a browser in: the key is exchanged for a cookie that no script can read",
  tag,
  keepsAnswer: false,
  writesAudit: true,
  query: nothing,
  body: z
    .strictObject({
      key: z.string().min(1).max(500).optional().meta({
        description: "Absent to use the phone simulator where that needs no key.",
      }),
    })
    .meta({ id: "SignIn" }),
  answer: begun,
  handle: async ({ body, request }, deps) => {
    demandOwnPage(request);
    const who = await admit(body.key, request, deps);
    const { id, token, expiresAt } = await deps.sessions.issue(subjectOf(who));
    if (who.actor !== VISITOR)
      await auditSession({ action: "sign_in", who, session: id }, request, deps);
    return { session: show(who, endOf(who, expiresAt), deps), token };
  },
});

const end = defineRoute({
  method: "delete",
  path: "/session",
  scope: undefined,
  summary: "Signs a browser out",
  tag,
  query: nothing,
  body: nothing,
  answer: session,
  writesAudit: true,
  handle: async ({ request }, deps) => {
    const { session: own, ...who } = deps.caller;
    if (own !== undefined) {
      await keepSignOut(deps.db, { id: own.id, endsAt: own.expiresAt });
      if (who.actor !== VISITOR)
        await auditSession({ action: "sign_out", who, session: own.id }, request, deps);
    }
    return show(undefined, null, deps);
  },
});

const content = { "application/json": { schema: session } };

/** The token travels in the cookie: what the document shows of the answer is the session. */
const shown = (route: Route): Route["operation"] => ({
  ...route.operation,
  responses: { ...route.operation.responses, 200: { description: "Done.", content } },
});

/** Sessions of browsers. Programs use keys. */
export const sessionRoutes: readonly Route[] = [
  {
    ...begin,
    operation: shown(begin),
    respond: (answer, request, response) => {
      const { session: started, token } = begun.parse(answer);
      setSessionCookie(request, response, token);
      response.json(started);
      return Promise.resolve();
    },
  },
  defineRoute({
    method: "get",
    path: "/session",
    scope: undefined,
    summary: "Tells whether somebody is signed in, and what they may do",
    tag,
    query: nothing,
    body: nothing,
    answer: session,
    handle: (_input, deps) => {
      const { caller } = deps;
      const known = caller.actor === "nobody" ? undefined : caller;
      const own = caller.session?.expiresAt;
      const expiresAt = own === undefined ? (caller.bounds?.expiresAt ?? null) : endOf(caller, own);
      return Promise.resolve(show(known, known === undefined ? null : expiresAt, deps));
    },
  }),
  {
    ...end,
    respond: (answer, request, response) => {
      clearSessionCookie(request, response);
      response.json(answer);
      return Promise.resolve();
    },
  },
];
