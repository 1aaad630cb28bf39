import { wizard } from "../../../i18n/wizard.ts";
import { Icon } from "../../../shared/ui/icon.tsx";
import { Loading } from "../../../shared/ui/states.tsx";
import type { ListForm } from "./list-form.ts";
import type { HeadResult } from "./list-head.ts";
import { ListReading } from "./list-reading.tsx";
import { ListSource } from "./list-source.tsx";
import { MessageFilling } from "./message-filling.tsx";
import type { MessageForm } from "./message-form.ts";

interface ListStepProps {
  readonly list: ListForm;
  readonly head: HeadResult;
  readonly onList: (list: ListForm) => void;
  readonly message: MessageForm;
  /** Undefined where the message cannot be changed any more, or is a program's. */
  readonly onMessage: ((message: MessageForm) => void) | undefined;
  /** Placeholders with a value that is the same for everybody. */
  readonly known: readonly string[];
}

/** Who it goes to, and which column is what. */
export function ListStep({ list, head, onList, message, onMessage, known }: ListStepProps) {
  return (
    <div class="stack">
      <div class="card stack">
        <ListSource form={list} onChange={onList} />
      </div>
      {head.kind === "reading" && <Loading />}
      {head.kind === "fault" && (
        <p class="banner banner-bad" role="alert">
          <Icon name="warning" size={16} />
          <span>{wizard(head.fault)}</span>
        </p>
      )}
      {head.kind === "head" && (
        <>
          <section class="card stack" aria-labelledby="found-title">
            <div>
              <h2 id="found-title">{wizard("found")}</h2>
              <p class="hint">{wizard("found_hint")}</p>
            </div>
            <ListReading form={list} head={head.head} onChange={onList} />
          </section>
          <MessageFilling
            form={message}
            titles={head.head.titles}
            known={hasNames(list, head) ? [...known, "name"] : known}
            onChange={onMessage}
          />
        </>
      )}
    </div>
  );
}

/** Whether people come with names: those fill `{{name}}` whatever their column is called. */
function hasNames({ name }: ListForm, head: HeadResult): boolean {
  return name !== "" || (head.kind === "head" && head.head.guessed.name !== undefined);
}

/** Whether the server can be asked to read it. */
export function isListReady({ to }: ListForm, head: HeadResult): boolean {
  return head.kind === "head" && (to !== "" || head.head.guessed.to !== undefined);
}
