import { randomUUIDv7 } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { recordAudit } from "../../db/audit.ts";
import { callerOf, demandScope } from "./authorize.ts";
import { has } from "./caller.ts";
import { onlyOnce } from "./idempotency.ts";
import type { Masking } from "./masking.ts";
import type { ApiContext, Route } from "./route.ts";

type SharedContext = Omit<ApiContext, "caller" | "newId" | "mask">;

/** What is kept back from answers: secrets from everybody, phone numbers from whoever may not see them. */
export interface Discretion {
  readonly hideSecrets: (value: unknown) => unknown;
  readonly masking: Masking;
}

const made = z.object({ id: z.string() });

/** What a call changed: the thing its path names, or the one it made. */
function subjectOf(request: Request, answer: unknown): string {
  const [first] = Object.values(request.params).filter((value) => typeof value === "string");
  return first ?? made.safeParse(answer).data?.id ?? "";
}

/** Writes down that a call changed something. The change is made: where that cannot be stored, the log has it. */
async function audit(route: Route, request: Request, answer: unknown, context: ApiContext) {
  const { caller, db, log } = context;
  const entry = {
    actor: caller.actor,
    tenant: caller.tenant,
    action: `${route.method} ${route.path}`,
    subject: subjectOf(request, answer),
    detail: { status: route.status },
  };
  await recordAudit(db, entry).catch((error: unknown) =>
    log.error("a change could not be audited", { ...entry, error }),
  );
}

/** Runs an operation for a request, and writes it down where it changed something. */
async function perform(route: Route, request: Request, context: ApiContext): Promise<unknown> {
  const answer = await route.handle(request, context);
  if (route.method !== "get" && !route.writesAudit) await audit(route, request, answer, context);
  return answer;
}

/** Makes the handler of one operation: who may call it, once or again, and its answer as the caller may see it. */
export function createHandler(
  route: Route,
  shared: SharedContext,
  { hideSecrets, masking }: Discretion,
): RequestHandler {
  return async (request: Request, response: Response) => {
    const caller = callerOf(response);
    const { scope, orScope } = route;
    if (scope !== undefined && !(orScope !== undefined && has(caller, orScope)))
      demandScope(caller, scope, response);
    masking.demand(route, caller, request, response);
    const mask = masking.of(caller);
    const context = { ...shared, caller, mask, newId: () => randomUUIDv7() };
    if (route.respond !== undefined) {
      await route.respond(await perform(route, request, context), request, response);
      return;
    }
    const work = async (newId: ApiContext["newId"]) => {
      const answer = hideSecrets(await perform(route, request, { ...context, newId }));
      return masking.mask(route, caller, answer);
    };
    await onlyOnce({ route, request, response, context }, work);
  };
}
