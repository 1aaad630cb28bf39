import { useState } from "preact/hooks";
import { operations } from "../../i18n/operations.ts";
import { formatNumber } from "../../shared/format.ts";
import { may } from "../../shared/session.ts";
import { Icon, type IconName } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag, type Tone } from "../../shared/ui/tag.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { Facts } from "./facts.tsx";
import { PairDialog } from "./pair-dialog.tsx";
import type { Channel, Health } from "./types.ts";
import { describeLimit, describeQuality } from "./words-of-provider.ts";

type Standing = Health["status"] | "unused";

const LOOKS = {
  ok: { tone: "good", icon: "check" },
  unused: { tone: "neutral", icon: "clock" },
  failing: { tone: "warning", icon: "warning" },
  down: { tone: "bad", icon: "close" },
} as const satisfies Record<Standing, { readonly tone: Tone; readonly icon: IconName }>;

/** An account of which nothing bad is known may be one of which nothing is known. */
function standingOf({ status, state, ...health }: Health): Standing {
  const isUsed = health.last_sent_at !== null || health.last_received_at !== null;
  return status === "ok" && state === null && !isUsed ? "unused" : status;
}

interface AccountViewProps {
  readonly channel: Channel;
  readonly health: Health;
  readonly onChange: () => void;
}

/** One of our accounts on a channel. */
export function AccountView({ channel, health, onChange }: AccountViewProps) {
  const [isPairing, setPairing] = useState(false);
  const { account } = health;
  const status = standingOf(health);
  const canPair = channel.can_pair && !channel.simulated && may("channels:write");
  return (
    <div class="op-account">
      <div class="row spread">
        <strong>
          <SafeText text={account} />
        </strong>
        <Tag {...LOOKS[status]}>{operations(`account_${status}`)}</Tag>
      </div>
      {status === "failing" && (
        <p class="hint hint-bad">{operations.count("errors_in_row", health.consecutive_errors)}</p>
      )}
      {health.state_detail !== null && health.state_detail !== "" && (
        <p class="hint">
          <SafeText text={health.state_detail} max={300} />
        </p>
      )}
      <Today health={health} />
      <Facts facts={factsOf(health)} />
      {canPair && health.state !== "connected" && (
        <div>
          <button type="button" class="button button-small" onClick={() => setPairing(true)}>
            <Icon name="phone" size={16} /> {operations("pair")}
          </button>
        </div>
      )}
      {isPairing && (
        <PairDialog
          channel={channel.name}
          account={account}
          onClose={() => {
            setPairing(false);
            onChange();
          }}
        />
      )}
    </div>
  );
}

function factsOf({ quality, messaging_limit: limit, notice, ...health }: Health) {
  const said = quality === null ? undefined : describeQuality(quality);
  return [
    [operations("last_received"), timeOf(health.last_received_at)],
    [operations("last_sent"), timeOf(health.last_sent_at)],
    [operations("last_webhook"), timeOf(health.last_webhook_at)],
    [operations("quality"), said && <Tag tone={said.tone}>{said.text}</Tag>],
    [operations("messaging_limit"), limit === null ? null : describeLimit(limit)],
    [operations("notice"), notice && <SafeText text={notice} max={300} />],
  ] as const;
}

const timeOf = (at: string | null) => (at === null ? operations("never") : <Ago at={at} />);

function Today({ health }: { readonly health: Health }) {
  const counts = [
    ["today_sent", health.sent_today],
    ["today_delivered", health.delivered_today],
    ["today_read", health.read_today],
    ["today_failed", health.failed_today],
  ] as const;
  return (
    <ul class="op-today" aria-label={operations("today")}>
      {counts.map(([name, count]) => (
        <li key={name} class={name === "today_failed" && count > 0 ? "op-today-bad" : ""}>
          <strong>{formatNumber(count)}</strong> {operations(name)}
        </li>
      ))}
    </ul>
  );
}
