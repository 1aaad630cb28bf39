import { SessionGate } from "../shared/ui/session-gate.tsx";
import { Loading } from "../shared/ui/states.tsx";
import { Toasts } from "../shared/ui/toast.tsx";
import { Stage } from "./stage.tsx";
import { isEntering } from "./state/entry.ts";
import { session } from "../shared/session.ts";

/** The phone simulator. */
export function SimulatorPage() {
  return (
    <>
      {isEntering.value && session.value?.signed_in === false ? (
        <main class="gate">
          <Loading />
        </main>
      ) : (
        <SessionGate>
          <Stage />
        </SessionGate>
      )}
      <Toasts />
    </>
  );
}
