import { log } from "../../i18n/event-log.ts";
import { operations } from "../../i18n/operations.ts";
import { get } from "../../shared/api.ts";
import type { Message } from "../../shared/api-types.ts";
import { formatDateTime, formatNumber } from "../../shared/format.ts";
import { useResource } from "../../shared/resource.ts";
import { may } from "../../shared/session.ts";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { Json } from "../../shared/ui/json.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Loaded } from "../../shared/ui/states.tsx";
import { ConversationLink } from "./conversation-link.tsx";
import { Facts } from "./facts.tsx";
import type { Deed } from "./plan-words.ts";
import type { DeadLetter, EventDetail } from "./types.ts";

interface LetterDrawerProps {
  readonly letter: DeadLetter;
  readonly onClose: () => void;
  readonly onDeed: (deed: Deed) => void;
}

/** A dead letter with its cause, its payload, and what can be done. */
export function LetterDrawer({ letter, onClose, onDeed }: LetterDrawerProps) {
  const { kind, reason, code, detail, hint } = letter;
  const seesPayload = kind === "webhook" || may("messages:read");
  return (
    <Dialog
      title={`${log("letter")}: ${log(`kind_${kind}`)}`}
      shape="side"
      onClose={onClose}
      actions={may("events:write") && <Deeds onDeed={onDeed} />}
    >
      {hint !== null && (
        <p class="banner banner-info">
          <Icon name="question" size={18} />
          <span>
            <SafeText text={hint} />
          </span>
        </p>
      )}
      <Facts
        facts={[
          [log("reason"), <code>{reason}</code>],
          [log("code"), code],
          [log("detail"), detail && <SafeText text={detail} />],
          [operations("channel"), letter.channel],
          [operations("account"), letter.account && <SafeText text={letter.account} />],
          [log("attempts"), formatNumber(letter.attempts)],
          [log("began_at"), formatDateTime(letter.began_at)],
          [log("died_at"), formatDateTime(letter.died_at)],
          [log("external_id"), letter.external_id && <SafeText text={letter.external_id} />],
          [log("id"), <code>{letter.id}</code>],
          [
            operations("conversation"),
            letter.conversation_id && <ConversationLink id={letter.conversation_id} />,
          ],
        ]}
      />
      {seesPayload && <Payload letter={letter} />}
    </Dialog>
  );
}

function Deeds({ onDeed }: Pick<LetterDrawerProps, "onDeed">) {
  return (
    <>
      <button type="button" class="button button-danger" onClick={() => onDeed("discard")}>
        <Icon name="trash" size={16} /> {log("discard")}
      </button>
      <button type="button" class="button button-primary" onClick={() => onDeed("replay")}>
        <Icon name="reload" size={16} /> {log("replay")}
      </button>
    </>
  );
}

/** What a letter holds: the webhook's body, what a person wrote, or what the provider was to get. */
async function readPayload({ kind, id }: DeadLetter, signal: AbortSignal): Promise<unknown> {
  const at = encodeURIComponent(id);
  if (kind === "webhook") return (await get<EventDetail>(`/events/${at}`, {}, signal)).body;
  const { text, content, payload } = await get<Message>(`/messages/${at}`, {}, signal);
  return kind === "inbound" ? { text, content } : (payload ?? text);
}

function Payload({ letter }: { readonly letter: DeadLetter }) {
  const payload = useResource(`letter ${letter.id}`, async (signal) => ({
    value: await readPayload(letter, signal),
  }));
  return (
    <section class="op-stack">
      <h3>{log(letter.kind === "webhook" ? "body" : "payload")}</h3>
      <Loaded from={payload}>{({ value }) => <Json value={value} label={log("payload")} />}</Loaded>
    </section>
  );
}
