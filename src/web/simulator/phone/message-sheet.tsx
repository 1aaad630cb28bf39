import { useState } from "preact/hooks";
import { simulator } from "../../i18n/simulator.ts";
import type { Message } from "../../shared/api-types.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tick } from "../../shared/ui/tick.tsx";
import { bring, say, type Seat, tick } from "../state/desk.ts";
import type { Line } from "../state/wire.ts";
import { contentAgain } from "./content-again.ts";
import { quote } from "./draft.ts";

interface MessageSheetProps {
  readonly message: Message;
  readonly line: Line;
  readonly seat: Seat;
  readonly onClose: () => void;
}

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"] as const;

/** What can be done with one message. */
export function MessageSheet({ message, line, seat, onClose }: MessageSheetProps) {
  const { external_id: externalId, direction } = message;
  const isOwn = direction === "in";
  const canReact = line.features.media && externalId !== null;
  const react = (emoji: string | undefined) => async () => {
    if (externalId === null) return;
    const reaction = {
      type: "reaction",
      to: externalId,
      ...(emoji !== undefined && { emoji }),
    } as const;
    await say(seat, { content: reaction });
    onClose();
  };
  const again = isOwn ? contentAgain(message) : undefined;
  return (
    <Dialog title={simulator("message_menu")} shape="sheet" onClose={onClose}>
      {!isOwn && externalId !== null && <Report {...{ message, line, seat, onClose }} />}
      {canReact && !isOwn && (
        <div class="row" role="group" aria-label={simulator("react")}>
          {EMOJI.map((emoji) => (
            <Action key={emoji} run={react(emoji)}>
              {emoji}
            </Action>
          ))}
          <Action small run={react(undefined)}>
            {simulator("react_back")}
          </Action>
        </div>
      )}
      <div class="row">
        {externalId !== null && (
          <Action
            icon="reply"
            run={() => {
              quote.value = { externalId, text: message.text };
              onClose();
              return Promise.resolve();
            }}
          >
            {simulator("reply")}
          </Action>
        )}
        {again !== undefined && externalId !== null && (
          <Action
            icon="copy"
            title={simulator("again_why")}
            run={() => bring(seat, [{ content: again, id: externalId }]).then(onClose)}
          >
            {simulator("again")}
          </Action>
        )}
      </div>
      {externalId !== null && (
        <p class="hint message-id">
          {simulator("external_id")}{" "}
          <code>
            <SafeText text={externalId} max={300} />
          </code>
        </p>
      )}
    </Dialog>
  );
}

/** Lets somebody play the provider: what became of the message. */
function Report({ message, line, seat, onClose }: MessageSheetProps) {
  const failures = line.failures.filter(({ when }) => when === "later");
  const [code, setCode] = useState(failures[0]?.code ?? "");
  const words = ["sent", "delivered", ...(line.features.reads ? (["read"] as const) : [])] as const;
  const report = (status: "sent" | "delivered" | "read") => () =>
    tick(seat, message.id, status).then(onClose);
  return (
    <fieldset class="report">
      <legend>{simulator("report")}</legend>
      <div class="row">
        {words.map((status) => (
          <Action key={status} run={report(status)}>
            <Tick status={status} word />
          </Action>
        ))}
      </div>
      <div class="row report-failure">
        <Field label={simulator("failure")}>
          {(control) => (
            <select
              {...control}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            >
              {failures.map((failure) => (
                <option key={failure.code} value={failure.code}>
                  {failure.code} · {failure.title}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Action
          tone="danger"
          run={() => tick(seat, message.id, "failed", code === "" ? undefined : code).then(onClose)}
        >
          <Tick status="failed" word />
        </Action>
      </div>
    </fieldset>
  );
}
