import { useState } from "preact/hooks";
import { simulator } from "../../i18n/simulator.ts";
import { setup } from "../../i18n/simulator-setup.ts";
import { ApiProblem } from "../../shared/api.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { type Seat, writeTo } from "../state/desk.ts";
import type { Line } from "../state/wire.ts";
import { WindowTag } from "./clock-form.tsx";
import { TemplateForm } from "./template-form.tsx";

interface WriteFormProps {
  readonly line: Line;
  readonly seat: Seat;
}

/** What became of writing: that it is on its way, or why it was refused. */
type Outcome =
  | { readonly kind: "sent" }
  | { readonly kind: "refused"; readonly code: string; readonly why: string };

/** Writes to the person without having been asked, as an operator would. */
export function WriteForm({ line, seat }: WriteFormProps) {
  const [kind, setKind] = useState<"text" | "template">("text");
  const [text, setText] = useState("");
  const [outcome, setOutcome] = useState<Outcome>();
  const write = async (content: Readonly<Record<string, unknown>>) => {
    setOutcome(undefined);
    try {
      await writeTo(seat, content);
      setText("");
      setOutcome({ kind: "sent" });
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem) || thrown.status === 0) throw thrown;
      const why = [thrown.message, ...thrown.errors.map(({ detail }) => detail)].join(" ");
      setOutcome({ kind: "refused", code: thrown.code, why });
    }
  };
  return (
    <>
      <p class="hint">{setup("write_hint")}</p>
      <WindowTag />
      {line.features.templates && (
        <fieldset class="choice">
          <legend class="visually-hidden">{setup("write_kind")}</legend>
          {(["text", "template"] as const).map((known) => (
            <label key={known}>
              <input
                type="radio"
                name="write-kind"
                checked={kind === known}
                onChange={() => setKind(known)}
              />
              {setup(`write_${known}`)}
            </label>
          ))}
        </fieldset>
      )}
      {kind === "template" && line.features.templates ? (
        <TemplateForm channel={seat.channel} write={(template) => write({ template })} />
      ) : (
        <>
          <Field label={setup("write_words")}>
            {(control) => (
              <textarea
                {...control}
                rows={2}
                maxLength={4_096}
                value={text}
                onInput={({ currentTarget }) => setText(currentTarget.value)}
              />
            )}
          </Field>
          <Action icon="send" disabled={text.trim() === ""} run={() => write({ text })}>
            {simulator("send")}
          </Action>
        </>
      )}
      <div role="status">
        {outcome?.kind === "sent" && <p class="banner banner-info">{setup("write_sent")}</p>}
        {outcome?.kind === "refused" && (
          <p class="banner banner-bad">
            <span>
              <strong>{setup("write_refused")}</strong> <SafeText text={outcome.why} />{" "}
              <code>{outcome.code}</code>
            </span>
          </p>
        )}
      </div>
    </>
  );
}
