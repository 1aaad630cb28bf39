import { useRef, useState } from "preact/hooks";
import { operations } from "../../i18n/operations.ts";
import { ApiProblem, post } from "../../shared/api.ts";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { Failure } from "../../shared/ui/states.tsx";
import { TryResult } from "./try-result.tsx";
import type { TrialAnswer } from "./types.ts";
import { useChannels } from "./use-channels.ts";

/** Characters that a backend may be asked with: the longest text that a person can send. */
const MAX_TEXT = 4_096;

const LANGUAGES = { "pt-BR": "Português (Brasil)", en: "English", es: "Español" } as const;

/** Asks one backend as a person would, and shows what it says. */
export function TryDialog({
  name,
  onClose,
}: {
  readonly name: string;
  readonly onClose: () => void;
}) {
  const channels = useChannels().data?.data ?? [];
  const [text, setText] = useState("");
  const [language, setLanguage] = useState("");
  const [asChannel, setAsChannel] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<TrialAnswer>();
  const [problem, setProblem] = useState<ApiProblem>();
  const round = useRef(0);

  const ask = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const body = {
        text,
        ...(language !== "" && { language }),
        ...(asChannel !== "" && { as_channel: asChannel }),
      };
      setAnswer(await post<TrialAnswer>(`/backends/${encodeURIComponent(name)}/try`, body));
      round.current += 1;
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem)) throw thrown;
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  };

  const types = new Map(channels.map((channel) => [channel.name, channel.type]));
  return (
    <Dialog title={operations("try_title", { name })} shape="side" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <p class="hint">{operations("try_intro")}</p>
        <Field label={operations("try_text")}>
          {(control) => (
            <textarea
              {...control}
              rows={2}
              maxLength={MAX_TEXT}
              value={text}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
                event.preventDefault();
                if (text.trim() !== "" && !isBusy) void ask();
              }}
            />
          )}
        </Field>
        <div class="row">
          <Field label={operations("try_language")}>
            {(control) => (
              <select
                {...control}
                value={language}
                onChange={({ currentTarget }) => setLanguage(currentTarget.value)}
              >
                <option value="">{operations("try_language_own")}</option>
                {Object.entries(LANGUAGES).map(([tag, said]) => (
                  <option key={tag} value={tag} lang={tag}>
                    {said}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={operations("try_as")}>
            {(control) => (
              <select
                {...control}
                value={asChannel}
                onChange={({ currentTarget }) => setAsChannel(currentTarget.value)}
              >
                <option value="">{operations("try_as_none")}</option>
                {channels.map((channel) => (
                  <option key={channel.name} value={channel.name}>
                    {channel.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <button
            type="submit"
            class="button button-primary op-try-send"
            disabled={isBusy || text.trim() === ""}
            aria-busy={isBusy}
          >
            {isBusy ? <span class="spinner" aria-hidden="true" /> : <Icon name="send" size={16} />}
            {operations("try_send")}
          </button>
        </div>
      </form>
      <div class="stack" aria-live="polite">
        {problem !== undefined && <Failure problem={problem} />}
        {answer !== undefined && <TryResult key={round.current} answer={answer} types={types} />}
      </div>
    </Dialog>
  );
}
