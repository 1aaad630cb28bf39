import { computed, signal } from "@preact/signals";
import type { z } from "zod";
import type { Scope } from "../../http/api/caller.ts";
import type { session as sessionSchema } from "../../http/api/session.ts";
import { ApiProblem, call, get, post, whenSignedOut } from "./api.ts";

export type Session = z.output<typeof sessionSchema>;

/** Undefined until the server said who is signed in. */
export const session = signal<Session | undefined>(undefined);

/** Set where a session ended in the middle of work: the page stays, and a sign-in is shown above it. */
export const isExpired = signal(false);

/** Why nobody knows who is signed in. */
export const sessionProblem = signal<ApiProblem | undefined>(undefined);

export const isSignedIn = computed(() => session.value?.signed_in === true);

/** Whether whoever is signed in may do something. What they may not do is not shown, and refused by the server anyway. */
export function may(scope: Scope): boolean {
  const scopes = session.value?.scopes ?? [];
  return scopes.includes("admin") || scopes.includes(scope);
}

/** Whether they stand above the tenants. */
export const isInstallationAdmin = computed(() => session.value?.actor === "admin");

export async function loadSession(): Promise<void> {
  try {
    session.value = await get<Session>("/session");
    sessionProblem.value = undefined;
  } catch (thrown) {
    if (thrown instanceof ApiProblem) sessionProblem.value = thrown;
    else throw thrown;
  }
}

/** Signs in; without a key at the phone simulator where that needs none. Throws an `ApiProblem`. */
export async function signIn(key: string | undefined): Promise<void> {
  session.value = await post<Session>("/session", key === undefined ? {} : { key });
  isExpired.value = false;
  channel?.postMessage("changed");
}

export async function signOut(): Promise<void> {
  session.value = await call<Session>("DELETE", "/session");
  isExpired.value = false;
  channel?.postMessage("changed");
}

/** Other tabs of this browser share the session; open once the page has started. */
let channel: BroadcastChannel | undefined;

/** Somebody signed in or out in another tab. */
async function lookAgain(): Promise<void> {
  await loadSession();
  if (session.peek()?.signed_in === true) isExpired.value = false;
}

/** Keeps the session in step with the server and with other tabs. */
export function startSession(): void {
  channel = new BroadcastChannel("ponte-session");
  whenSignedOut(() => {
    if (session.peek()?.signed_in === true) isExpired.value = true;
  });
  channel.addEventListener("message", () => void lookAgain());
}
