import { KEY_ROLES, type KeyRole } from "../../db/api-keys.ts";
import { SCOPES, type Scope } from "./caller.ts";

/** The right to see phone numbers in full; without it every answer shows them masked. */
export const SEES_NUMBERS: Scope = "contacts:read";

const isRead = (scope: Scope): boolean => scope.endsWith(":read");

/**
 * What each role may do. A viewer sees everything but phone numbers and the list of people. An operator does the daily
 * work, templates and campaigns included, but neither makes keys nor reads the audit log.
 */
export const ROLE_SCOPES: Readonly<Record<KeyRole, readonly Scope[]>> = {
  viewer: SCOPES.filter((scope) => isRead(scope) && scope !== SEES_NUMBERS),
  operator: SCOPES.filter((scope) => scope !== "admin"),
  admin: ["admin"],
};

/** The scopes of a key that is made for a role; a viewer may be given the right to see numbers. */
export function scopesOfRole(role: KeyRole, seesNumbers: boolean): readonly Scope[] {
  const scopes = ROLE_SCOPES[role];
  const isMore = seesNumbers && role === "viewer";
  return isMore
    ? SCOPES.filter((scope) => scopes.includes(scope) || scope === SEES_NUMBERS)
    : scopes;
}

/** The roles as they are shown to whoever gives somebody one. */
export const SHOWN_ROLES = KEY_ROLES.map((role) => ({ role, scopes: [...ROLE_SCOPES[role]] }));
