import { useMemo } from "preact/hooks";
import { inside } from "../../i18n/simulator-inside.ts";
import { SCRIPT_LIMITS } from "../../../simulator/script.ts";
import { Field } from "../../shared/ui/field.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { playing } from "../script/player.ts";
import { readScriptText } from "../script/read.ts";
import { scriptText } from "../script/text.ts";
import type { Seat } from "../state/desk.ts";
import type { Line } from "../state/wire.ts";
import { PlayingView } from "./playing-view.tsx";
import { ScriptTools } from "./script-tools.tsx";

interface ScriptSideProps {
  readonly line: Line;
  readonly seat: Seat;
}

/** A conversation that is recorded, written, kept, shared and played again. */
export function ScriptSide({ line, seat }: ScriptSideProps) {
  const text = scriptText.value;
  const reading = useMemo(() => (text === "" ? undefined : readScriptText(text)), [text]);
  const problems = reading === undefined || "script" in reading ? [] : reading.problems;
  return (
    <div class="stack">
      <p class="hint">{inside("script_hint")}</p>
      <ScriptTools line={line} seat={seat} script={reading?.script} />
      {playing.value !== undefined && <PlayingView playing={playing.value} />}
      <Field label={inside("script_text")} hint={inside("script_text_hint")}>
        {(control) => (
          <textarea
            {...control}
            class="script-text"
            rows={14}
            spellcheck={false}
            maxLength={SCRIPT_LIMITS.bytes}
            aria-invalid={problems.length > 0}
            value={text}
            onInput={({ currentTarget }) => (scriptText.value = currentTarget.value)}
          />
        )}
      </Field>
      {problems.length > 0 && (
        <div class="banner banner-bad" role="alert">
          <ul>
            {problems.map((problem, index) => (
              <li key={index}>
                <SafeText text={problem} max={400} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
