import { inside } from "../../i18n/simulator-inside.ts";
import type { MessageDetail } from "../../shared/api-types.ts";
import { formatDateTime } from "../../shared/format.ts";
import { Json } from "../../shared/ui/json.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { type MessageStatus, Tick } from "../../shared/ui/tick.tsx";
import type { Line } from "../state/wire.ts";
import { Card, More } from "./card.tsx";
import { Notes } from "./notes.tsx";

interface PayloadCardProps {
  readonly reply: MessageDetail;
  readonly line: Line;
  /** Which of several it is. */
  readonly number: number | undefined;
}

const OUTCOMES = { sent: "good", retry: "warning", failed: "bad", uncertain: "warning" } as const;

/** What the provider was given, what had to be changed for it, and what it said. */
export function PayloadCard({ reply, line, number }: PayloadCardProps) {
  const title =
    number === undefined
      ? inside("payload_out", { line: line.title })
      : inside("payload_out_number", { line: line.title, number });
  return (
    <Card title={title} icon="upload" aside={<Tick status={reply.status} word />}>
      <Json value={reply.payload} label={title} />
      <Notes notes={reply.notes} />
      {reply.error !== null && <Reason error={reply.error} />}
      <More title={inside("provider_said")}>
        <Tries attempts={reply.attempts} />
        <Statuses statuses={reply.statuses} />
      </More>
    </Card>
  );
}

function Reason({ error }: { readonly error: NonNullable<MessageDetail["error"]> }) {
  const { code, title, details, reason, hint } = error;
  return (
    <p class="banner banner-bad">
      <span>
        <SafeText
          text={[code, title ?? reason, details].filter((part) => part !== null).join(" · ")}
        />
        {hint !== null && (
          <>
            <br />
            <SafeText text={hint} />
          </>
        )}
      </span>
    </p>
  );
}

function Tries({ attempts }: Pick<MessageDetail, "attempts">) {
  if (attempts.length === 0) return <p class="hint">{inside("tries_none")}</p>;
  return (
    <ol class="said-list" aria-label={inside("tries_list")}>
      {attempts.map(({ attempt, outcome, external_id: externalId, error, finished_at: at }) => (
        <li key={attempt}>
          <Tag tone={OUTCOMES[outcome]}>{inside(`try_outcome_${outcome}`)}</Tag>
          <span class="hint">{formatDateTime(at)}</span>
          {externalId !== null && (
            <code>
              <SafeText text={externalId} max={120} />
            </code>
          )}
          {error !== null && (
            <SafeText
              text={[error.code, error.title].filter((part) => part !== null).join(" · ")}
            />
          )}
        </li>
      ))}
    </ol>
  );
}

const WORDS = ["sent", "delivered", "read", "failed"] as const;

function Statuses({ statuses }: Pick<MessageDetail, "statuses">) {
  if (statuses.length === 0) return null;
  const known = (status: string): MessageStatus =>
    WORDS.find((word) => word === status) ?? "uncertain";
  return (
    <ol class="said-list" aria-label={inside("statuses_list")}>
      {statuses.map(({ status, at, error }, index) => (
        <li key={index}>
          <Tick status={known(status)} word />
          <span class="hint">{formatDateTime(at)}</span>
          {error !== null && (
            <SafeText
              text={[error.code, error.title].filter((part) => part !== null).join(" · ")}
            />
          )}
        </li>
      ))}
    </ol>
  );
}
