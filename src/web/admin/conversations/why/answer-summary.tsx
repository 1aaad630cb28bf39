import { details } from "../../../i18n/conversation-details.ts";
import type { Explanation } from "../../../shared/api-types.ts";
import { formatMs, formatNumber, formatShare } from "../../../shared/format.ts";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import { Empty } from "../../../shared/ui/states.tsx";
import { Table } from "../../../shared/ui/table.tsx";
import { Tag, type Tone } from "../../../shared/ui/tag.tsx";
import { FailureNote } from "../timeline/failure-note.tsx";
import { SendAgain } from "../timeline/send-again.tsx";

type Interaction = NonNullable<Explanation["interaction"]>;
type Step = Interaction["backend_chain"][number];

interface AnswerSummaryProps {
  readonly explanation: Explanation;
  readonly onChange: () => void;
}

/** Which backends were asked, what each said and how sure it was. */
export function AnswerSummary({ explanation, onChange }: AnswerSummaryProps) {
  const { interaction, message, parsed } = explanation;
  return (
    <div class="stack">
      {message.status === "failed" && <FailureNote error={message.error} />}
      {typeof parsed?.dead_reason === "string" && (
        <div class="banner banner-bad">
          <span>
            {details("given_up")} <code>{parsed.dead_reason}</code>
            {parsed.dead_detail !== null && <SafeText text={parsed.dead_detail} max={400} />}
          </span>
          <SendAgain id={questionOf(message)} direction="in" onDone={onChange} />
        </div>
      )}
      {interaction === null ? (
        <Empty title={details(`unasked_${message.origin}`)} icon="robot" />
      ) : (
        <Turn turn={interaction} />
      )}
    </div>
  );
}

/** The message that was to be answered. */
function questionOf({ id, in_reply_to: question }: Explanation["message"]): string {
  return question ?? id;
}

function Turn({ turn }: { readonly turn: Interaction }) {
  const tokens =
    turn.tokens_in === null && turn.tokens_out === null
      ? undefined
      : details("tokens_of", {
          in: turn.tokens_in ?? 0,
          out: turn.tokens_out ?? 0,
        });
  const facts: readonly (readonly [label: string, value: string | undefined | null])[] = [
    [details("fact_asked"), turn.message_text],
    [details("fact_backend"), turn.backend],
    [details("fact_intent"), turn.intent_detected],
    [
      details("fact_confidence"),
      turn.confidence === null ? undefined : formatShare(turn.confidence),
    ],
    [details("fact_template"), turn.template_used],
    [details("fact_language"), turn.language],
    [details("fact_time"), formatMs(turn.processing_time_ms)],
    [details("fact_model"), turn.model],
    [details("fact_tokens"), tokens],
    [details("fact_cost"), turn.cost === null ? undefined : formatNumber(turn.cost, 6)],
    [details("fact_error"), turn.error_message],
  ];
  return (
    <>
      {turn.fallback_used && <Tag tone="warning">{details("fallback_used")}</Tag>}
      <dl class="facts">
        {facts.map(([label, value]) =>
          value === undefined || value === null || value === "" ? null : (
            <div class="fact" key={label}>
              <dt>{label}</dt>
              <dd>
                <SafeText text={value} max={600} />
              </dd>
            </div>
          ),
        )}
      </dl>
      {turn.backend_chain.length > 0 && (
        <Table<readonly [number, Step]>
          caption={details("chain_caption")}
          rows={[...turn.backend_chain.entries()]}
          keyOf={([index]) => String(index)}
          columns={[
            {
              key: "backend",
              title: details("fact_backend"),
              cell: ([, step]) => <SafeText text={step.backend} max={80} />,
            },
            {
              key: "outcome",
              title: details("chain_outcome"),
              cell: ([, step]) => <Outcome step={step} />,
            },
            {
              key: "confidence",
              title: details("fact_confidence"),
              isNumber: true,
              cell: ([, step]) =>
                typeof step["confidence"] === "number" ? formatShare(step["confidence"]) : "–",
            },
            {
              key: "ms",
              title: details("fact_time"),
              isNumber: true,
              cell: ([, step]) => formatMs(step.ms),
            },
          ]}
        />
      )}
    </>
  );
}

const OUTCOMES = [
  ["answered", "good"],
  ["silent", "neutral"],
  ["no_answer", "warning"],
  ["transcribed", "info"],
] as const satisfies readonly (readonly [string, Tone])[];

/** How asking one backend ended; anything but the words of an end is the code of an error. */
function Outcome({ step }: { readonly step: Step }) {
  const [word, tone] = OUTCOMES.find(([known]) => known === step.outcome) ?? [];
  const { reason } = step;
  return (
    <>
      <Tag tone={tone ?? "bad"}>
        {word === undefined ? (
          <SafeText text={step.outcome} max={60} />
        ) : (
          details(`outcome_${word}`)
        )}
      </Tag>
      {typeof reason === "string" && (
        <p class="hint">
          <SafeText text={reason} max={300} />
        </p>
      )}
    </>
  );
}
