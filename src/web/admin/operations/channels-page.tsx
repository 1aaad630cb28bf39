import { operations } from "../../i18n/operations.ts";
import { shell } from "../../i18n/shell.ts";
import { session } from "../../shared/session.ts";
import { Empty, Loaded } from "../../shared/ui/states.tsx";
import { useNews } from "../../shared/use-news.ts";
import { Page } from "../page.tsx";
import { ChannelCard } from "./channel-card.tsx";
import type { Channel } from "./types.ts";
import { useChannels } from "./use-channels.ts";

/** Milliseconds between two looks where nothing happens, and where much does. */
const POLL_MS = 15_000;
const REST_MS = 5_000;

/** Our numbers, and how they fare. */
export function ChannelsPage() {
  const channels = useChannels(POLL_MS);
  useNews(channels.reload, REST_MS);
  return (
    <Page title={shell("channels")} intro={operations("channels_intro")}>
      <Loaded from={channels}>
        {({ data }) => {
          const own = data.filter(({ simulated }) => !simulated);
          const simulated = data.filter((channel) => channel.simulated);
          return (
            <>
              {own.length === 0 && <NoChannel />}
              {own.length > 0 && (
                <Cards
                  onChange={channels.reload}
                  channels={own}
                  title={operations("own_lines")}
                  {...(isGuess(own) && { hint: operations("webhook_url_guess") })}
                />
              )}
              {simulated.length > 0 && (
                <Cards
                  onChange={channels.reload}
                  channels={simulated}
                  title={operations("simulated_lines")}
                  hint={operations("simulated_hint")}
                />
              )}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

/** Whether an address that is shown for a provider is this page's own guess. */
const isGuess = (channels: readonly Channel[]) =>
  channels.some(({ delivery, webhook_url: url }) => delivery === "push" && url === null);

interface CardsProps {
  /** Called when something about a channel may be another than before. */
  readonly onChange: () => void;
  readonly channels: readonly Channel[];
  readonly title: string;
  readonly hint?: string;
}

function Cards({ channels, title, hint, onChange }: CardsProps) {
  return (
    <section class="stack" aria-label={title}>
      <div>
        <h2>{title}</h2>
        {hint !== undefined && <p class="hint">{hint}</p>}
      </div>
      <ul class="op-channels">
        {channels.map((channel) => (
          <li key={channel.name}>
            <ChannelCard channel={channel} onChange={onChange} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function NoChannel() {
  return (
    <Empty
      title={operations("channels_empty")}
      detail={operations("channels_empty_detail")}
      icon="channels"
    >
      {session.value?.simulator !== null && (
        <a class="button button-primary" href="/simulator">
          {operations("to_simulator")}
        </a>
      )}
    </Empty>
  );
}
