import { common } from "../../../i18n/common.ts";
import { details } from "../../../i18n/conversation-details.ts";
import type { MessageDetail } from "../../../shared/api-types.ts";
import { formatDateTime } from "../../../shared/format.ts";
import { Json } from "../../../shared/ui/json.tsx";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import { Empty } from "../../../shared/ui/states.tsx";
import { Tag } from "../../../shared/ui/tag.tsx";
import { Tick } from "../../../shared/ui/tick.tsx";
import { statusOf } from "../use-conversations.ts";
import { FailureNote } from "../timeline/failure-note.tsx";
import type { ErrorReport } from "../types.ts";

/** What left for the provider: each payload with its notes, tries and reported statuses. */
export function SentPart({ replies }: { readonly replies: readonly MessageDetail[] }) {
  if (replies.length === 0) return <Empty title={details("nothing_sent")} icon="send" />;
  return (
    <div class="stack">
      {replies.map((reply, index) => (
        <section key={reply.id} class="stack why-message">
          <h3 class="row">
            {details("message_number", { number: index + 1 })}
            <Tick status={reply.status} word />
          </h3>
          <Notes notes={reply.notes} />
          <Happenings reply={reply} />
          <Json value={reply.payload} label={details("payload")} />
        </section>
      ))}
    </div>
  );
}

/** What the channel had to change. */
function Notes({ notes }: { readonly notes: MessageDetail["notes"] }) {
  if (notes.length === 0) return null;
  return (
    <ul class="why-notes">
      {notes.map(({ code, detail }, index) => (
        <li key={index}>
          <Tag tone="warning">{code}</Tag> <SafeText text={detail} max={400} />
        </li>
      ))}
    </ul>
  );
}

interface Happening {
  readonly at: string;
  readonly said: string;
  readonly error: ErrorReport | null;
}

/** A status in the reader's language; the provider's word where it is none that we know. */
function wordOf(status: string): string {
  const known = statusOf(status);
  return known === undefined ? status : common(`status_${known}`);
}

/** Tries and statuses in the order in which they happened. */
function happeningsOf({ attempts, statuses }: MessageDetail): readonly Happening[] {
  return [
    ...attempts.map(({ attempt, outcome, finished_at: at, error }) => ({
      at,
      said: details("try_number", { number: attempt, outcome: details(`try_${outcome}`) }),
      error,
    })),
    ...statuses.map(({ status, at, error }) => ({
      at,
      said: details("reported", { status: wordOf(status) }),
      error,
    })),
  ].toSorted((one, other) => one.at.localeCompare(other.at));
}

function Happenings({ reply }: { readonly reply: MessageDetail }) {
  const all = happeningsOf(reply);
  if (all.length === 0) return <p class="hint">{details("no_tries")}</p>;
  return (
    <ol class="why-steps">
      {all.map(({ at, said, error }, index) => (
        <li key={index}>
          <span class="row spread">
            <SafeText text={said} max={120} />
            <time class="hint" dateTime={at}>
              {formatDateTime(at)}
            </time>
          </span>
          {error !== null && <FailureNote error={error} />}
        </li>
      ))}
    </ol>
  );
}
