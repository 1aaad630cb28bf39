import { simulator } from "../i18n/simulator.ts";
import { SessionGate } from "../shared/ui/session-gate.tsx";
import { Toasts } from "../shared/ui/toast.tsx";

/** The phone simulator. */
export function SimulatorPage() {
  return (
    <>
      <SessionGate>
        <main class="simulator">
          <h1>{simulator("title")}</h1>
        </main>
      </SessionGate>
      <Toasts />
    </>
  );
}
