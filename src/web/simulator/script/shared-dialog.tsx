import { useMemo, useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { inside } from "../../i18n/simulator-inside.ts";
import { navigate, path, query } from "../../shared/router.ts";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { showInside } from "../state/view.ts";
import { readScriptText } from "./read.ts";
import { readFragment } from "./share.ts";
import { scriptText } from "./text.ts";

/** Asks what is to become of a conversation that a link brought. It is never played by itself. */
export function SharedDialog() {
  const [shared, setShared] = useState(() => readFragment(location.hash));
  const reading = useMemo(
    () => (shared.kind === "text" ? readScriptText(shared.text) : undefined),
    [shared],
  );
  if (shared.kind === "nothing") return null;
  const close = () => {
    setShared({ kind: "nothing" });
    const asked = query.peek();
    navigate(`${path.peek()}${asked.size === 0 ? "" : `?${asked.toString()}`}`, { replace: true });
  };
  const take = () => {
    if (shared.kind === "text") scriptText.value = shared.text;
    close();
    showInside("script");
  };
  const script = reading?.script;
  return (
    <Dialog
      title={inside("shared_title")}
      onClose={close}
      actions={
        <>
          <button type="button" class="button" onClick={close}>
            {script === undefined ? common("close") : inside("shared_leave")}
          </button>
          {script !== undefined && (
            <button type="button" class="button button-primary" onClick={take}>
              {inside("shared_take")}
            </button>
          )}
        </>
      }
    >
      {script === undefined ? (
        <>
          <p role="alert">{inside(shared.kind === "too_long" ? "shared_long" : "shared_broken")}</p>
          {reading !== undefined && "problems" in reading && (
            <ul class="notes">
              {reading.problems.slice(0, 5).map((problem, index) => (
                <li key={index}>
                  <SafeText text={problem} max={300} />
                </li>
              ))}
            </ul>
          )}
        </>
      ) : (
        <>
          <p>
            <strong>
              <SafeText text={script.title} max={200} />
            </strong>{" "}
            · {inside.count("steps", script.steps.length)}
          </p>
          <p>{inside("shared_ask")}</p>
          {scriptText.value !== "" && <p class="hint">{inside("shared_replaces")}</p>}
        </>
      )}
    </Dialog>
  );
}
