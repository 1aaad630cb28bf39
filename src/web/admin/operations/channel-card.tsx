import { useEffect, useRef } from "preact/hooks";
import { operations } from "../../i18n/operations.ts";
import { formatNumber } from "../../shared/format.ts";
import { query } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { AccountView } from "./account-view.tsx";
import { CheckBox } from "./check-box.tsx";
import { Facts } from "./facts.tsx";
import type { Channel } from "./types.ts";
import { WebhookBox } from "./webhook-box.tsx";

interface ChannelCardProps {
  readonly channel: Channel;
  readonly onChange: () => void;
}

/** One channel: its address for the provider, its accounts, and what it can do. */
export function ChannelCard({ channel, onChange }: ChannelCardProps) {
  const { name, type, health, delivery } = channel;
  const isMeant = query.value.get("channel") === name;
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isMeant) card.current?.scrollIntoView({ block: "start" });
  }, [isMeant]);
  return (
    <section class={`card op-card ${isMeant ? "op-card-meant" : ""}`} aria-label={name} ref={card}>
      <header class="row spread">
        <h3>
          <SafeText text={name} />
        </h3>
        <Tag>{type}</Tag>
      </header>
      {!channel.simulated && delivery === "push" && <WebhookBox channel={channel} />}
      {health.map((account) => (
        <AccountView key={account.account} channel={channel} health={account} onChange={onChange} />
      ))}
      <details>
        <summary>{operations("facts")}</summary>
        <About channel={channel} />
      </details>
      {!channel.simulated && may("channels:write") && delivery === "push" && (
        <CheckBox name={name} />
      )}
    </section>
  );
}

function About({ channel }: { readonly channel: Channel }) {
  const { window_hours: hours, delivery, tenant } = channel;
  return (
    <Facts
      facts={[
        [operations("state"), operations(`delivery_${delivery}`)],
        [
          operations("window"),
          hours === null ? operations("window_none") : operations("window_hours", { hours }),
        ],
        [operations("speed"), speedOf(channel)],
        [operations("tenant"), tenant],
      ]}
    />
  );
}

function speedOf({ limits }: Channel): string {
  if (limits === null) return operations("speed_none");
  return operations("speed_value", {
    second: limits.per_second,
    burst: limits.per_pair_burst,
    refill: `${formatNumber(limits.per_pair_refill_ms / 1_000, 3)} s`,
  });
}
