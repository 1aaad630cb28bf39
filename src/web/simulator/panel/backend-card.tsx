import { inside } from "../../i18n/simulator-inside.ts";
import type { Explanation } from "../../shared/api-types.ts";
import { formatMs, formatNumber, formatShare } from "../../shared/format.ts";
import { Json } from "../../shared/ui/json.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { Card } from "./card.tsx";

type Interaction = NonNullable<Explanation["interaction"]>;

/** Who answered, how long each took, and the reply as the bot gave it. */
export function BackendCard({ interaction }: { readonly interaction: Interaction | null }) {
  return (
    <Card
      title={inside("backend_reply")}
      icon="robot"
      aside={
        interaction !== null && <span class="hint">{formatMs(interaction.processing_time_ms)}</span>
      }
    >
      {interaction === null ? (
        <p class="hint">{inside("no_turn")}</p>
      ) : (
        <>
          <Steps chain={interaction.backend_chain} />
          <Facts interaction={interaction} />
          {interaction.replies === null ? (
            <p class="hint">{inside("no_reply")}</p>
          ) : (
            <Json value={interaction.replies} label={inside("backend_reply")} />
          )}
        </>
      )}
    </Card>
  );
}

function Steps({ chain }: { readonly chain: Interaction["backend_chain"] }) {
  return (
    <ol class="chain" aria-label={inside("chain")}>
      {chain.map(({ backend, outcome, ms, confidence }, index) => (
        <li key={index}>
          <SafeText text={backend} />
          <Tag tone={outcome === "answered" ? "good" : "neutral"}>
            <SafeText text={outcome} />
          </Tag>
          {typeof confidence === "number" && <span class="hint">{formatShare(confidence)}</span>}
          <span class="number hint">{formatMs(ms)}</span>
        </li>
      ))}
    </ol>
  );
}

function Facts({ interaction }: { readonly interaction: Interaction }) {
  const { intent_detected: intent, template_used: template, model, confidence } = interaction;
  const { tokens_in: tokensIn, tokens_out: tokensOut } = interaction;
  const facts = [
    { name: "intent", value: intent },
    { name: "confidence", value: confidence === null ? null : formatShare(confidence) },
    { name: "template", value: template },
    { name: "model", value: model },
    {
      name: "tokens",
      value:
        tokensIn === null && tokensOut === null
          ? null
          : `${formatNumber(tokensIn ?? 0)} + ${formatNumber(tokensOut ?? 0)}`,
    },
  ] as const;
  const known = facts.filter(({ value }) => value !== null);
  if (known.length === 0) return null;
  return (
    <dl class="facts">
      {known.map(({ name, value }) => (
        <div key={name}>
          <dt>{inside(`fact_${name}`)}</dt>
          <dd>
            <SafeText text={value ?? ""} max={200} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
