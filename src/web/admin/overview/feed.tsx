import { useEffect, useState } from "preact/hooks";
import { overview } from "../../i18n/overview.ts";
import { get, type PageOf } from "../../shared/api.ts";
import type { Message } from "../../shared/api-types.ts";
import { onNews } from "../../shared/live.ts";
import { useResource } from "../../shared/resource.ts";
import { Icon, type IconName } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Loaded } from "../../shared/ui/states.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { Tick } from "../../shared/ui/tick.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { StateTag } from "../campaigns/state-tag.tsx";
import { CAMPAIGN_STATES } from "../campaigns/states.ts";
import {
  addHappenings,
  fromMessage,
  fromNews,
  type Happening,
  readStatus,
  SHOWN,
} from "./happenings.ts";

/** What happened last, as it happens. */
export function Feed() {
  const [told, setTold] = useState<readonly Happening[]>([]);
  const recent = useResource("recent", (signal) =>
    get<PageOf<Message>>("/messages", { limit: SHOWN }, signal),
  );
  useEffect(
    () =>
      onNews((news) => {
        const fresh = fromNews(news, new Date().toISOString());
        setTold((known) => addHappenings(known, [fresh]));
      }),
    [],
  );
  return (
    <section class="card ov-feed" aria-labelledby="feed">
      <h2 id="feed">{overview("feed")}</h2>
      <p class="hint">{overview("feed_hint", { count: SHOWN })}</p>
      <Loaded from={recent}>
        {({ data }) => <Lines lines={addHappenings(data.map(fromMessage), told)} />}
      </Loaded>
    </section>
  );
}

function Lines({ lines }: { readonly lines: readonly Happening[] }) {
  if (lines.length === 0) return <p class="hint">{overview("feed_empty")}</p>;
  return (
    <ul class="ov-feed-lines">
      {lines.map((line) => (
        <li key={line.id}>
          <Line line={line} />
        </li>
      ))}
    </ul>
  );
}

const LOOKS = {
  in: { icon: "conversations", title: "feed_message_in", see: "see_conversation" },
  out: { icon: "send", title: "feed_message_out", see: "see_conversation" },
  campaign: { icon: "campaigns", title: "feed_campaign", see: "see_campaign" },
} as const satisfies Record<
  Happening["kind"],
  { readonly icon: IconName; readonly [text: string]: string }
>;

/** Where a campaign stands; a word of a newer server as it is. */
function State({ word }: { readonly word: string }) {
  const state = CAMPAIGN_STATES.find((one) => one === word);
  return state === undefined ? <Tag>{word}</Tag> : <StateTag state={state} />;
}

function Line({ line: { kind, channel, status, at, href } }: { readonly line: Happening }) {
  const { icon, title, see } = LOOKS[kind];
  const known = readStatus(status);
  return (
    <a class="ov-feed-line" href={href} title={overview(see)}>
      <span class={`ov-feed-icon ov-feed-${kind}`}>
        <Icon name={icon} size={16} />
      </span>
      <span class="ov-feed-what">
        {overview(title)}
        <span class="hint">
          <SafeText text={channel} /> · <Ago at={at} />
        </span>
      </span>
      {known === undefined ? <State word={status} /> : <Tick status={known} word />}
    </a>
  );
}
