import { effect, signal } from "@preact/signals";
import { ApiProblem } from "../../shared/api.ts";
import { isExpired, session, signIn } from "../../shared/session.ts";

/** Whether somebody is just being let in. */
export const isEntering = signal(false);

async function enter(): Promise<void> {
  isEntering.value = true;
  try {
    await signIn(undefined);
  } catch (thrown) {
    // The gate asks for a key instead.
    if (!(thrown instanceof ApiProblem)) throw thrown;
  } finally {
    isEntering.value = false;
  }
}

/** Lets whoever comes in at once where no key is needed, and again when such a session ends. */
export function startEntering(): void {
  effect(() => {
    const { signed_in: isKnown, simulator, actor } = session.value ?? {};
    const isVisitor = isKnown === false || (isExpired.value && actor === "simulator");
    if (isVisitor && simulator === "open") void enter();
  });
}
