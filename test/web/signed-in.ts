import type { Session } from "../../src/web/shared/session.ts";

/** A session of somebody; with the admin key where nothing else is said. */
export const signedIn = (changes: Partial<Session> = {}): Session => ({
  signed_in: true,
  actor: "admin",
  name: null,
  role: "admin",
  scopes: ["admin"],
  tenant: null,
  sees_numbers: true,
  expires_at: null,
  simulator: "admin",
  version: "0.1.0",
  ...changes,
});
