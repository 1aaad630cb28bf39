import { isIPv4 } from "node:net";
import type { Request } from "express";
import { ipKeyGenerator } from "express-rate-limit";
import { recordAudit } from "../../db/audit.ts";
import type { Caller } from "./caller.ts";
import type { ApiContext } from "./route.ts";

/** Bits of an address of version 6 that a provider gives to one customer. */
const CUSTOMER_BITS = 48;

/** From which network a request came: enough to see an attack, without the address of one person. */
export function networkOf({ ip = "" }: Pick<Request, "ip">): string {
  const address = ip.replace(/^::ffff:/i, "");
  if (isIPv4(address)) return `${address.split(".").slice(0, 3).join(".")}.0/24`;
  return ipKeyGenerator(address, CUSTOMER_BITS);
}

interface Occasion {
  readonly action: "sign_in" | "sign_out" | "sign_in_refused";
  /** Whose key it was; undefined where nobody holds such a key. */
  readonly who: Pick<Caller, "actor" | "tenant"> | undefined;
  /** The session; "" where none was begun. */
  readonly session: string;
  readonly reason?: string;
}

/** Writes down that somebody signed in or out, or tried to. Never fails: where it cannot be stored, the log has it. */
export async function auditSession(
  { action, who, session, reason }: Occasion,
  request: Request,
  { db, log }: Pick<ApiContext, "db" | "log">,
): Promise<void> {
  const entry = {
    actor: who?.actor ?? "nobody",
    tenant: who?.tenant,
    action,
    subject: session,
    detail: { network: networkOf(request), ...(reason !== undefined && { reason }) },
  };
  await recordAudit(db, entry).catch((error: unknown) =>
    log.error("a sign-in or sign-out could not be audited", { action, error }),
  );
}
