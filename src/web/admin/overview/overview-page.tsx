import { overview } from "../../i18n/overview.ts";
import { shell } from "../../i18n/shell.ts";
import { get } from "../../shared/api.ts";
import { useResource } from "../../shared/resource.ts";
import { query, setQuery } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { Loaded } from "../../shared/ui/states.tsx";
import { useNews } from "../../shared/use-news.ts";
import { Page } from "../page.tsx";
import { Alerts } from "./alerts.tsx";
import { Feed } from "./feed.tsx";
import { isUntouched, type Overview } from "./figures.ts";
import { PaceChart } from "./pace-chart.tsx";
import { ShareBar } from "./share-bar.tsx";
import { Tiles } from "./tiles.tsx";
import { TrafficChart } from "./traffic-chart.tsx";
import { Welcome } from "./welcome.tsx";

const PERIODS = ["24", "168"] as const;

/** Milliseconds between two looks where nothing happens, and where much does: the server counts anew every five seconds. */
const POLL_MS = 12_000;
const REST_MS = 5_000;

/** The first page: what happens, how well, and what needs somebody. */
export function OverviewPage() {
  const chosen = PERIODS.find((known) => known === query.value.get("hours")) ?? PERIODS[0];
  const figures = useResource<Overview>(
    `overview ${chosen}`,
    (signal) => get("/stats/overview", { hours: chosen }, signal),
    { pollMs: POLL_MS },
  );
  useNews(figures.reload, REST_MS);
  const seesFeed = may("messages:read");
  return (
    <Page title={shell("overview")} intro={overview("intro")} actions={<Period chosen={chosen} />}>
      <Loaded from={figures}>
        {(data) => (
          <>
            <Alerts deadLetters={data.dead_letters} />
            {isUntouched(data) && <Welcome />}
            <Tiles figures={data} />
            <div class={`ov-charts ${seesFeed ? "" : "ov-charts-alone"}`}>
              <TrafficChart hours={data.hours} />
              <PaceChart hours={data.hours} />
              <ShareBar backends={data.backends} />
              {seesFeed && <Feed />}
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Period({ chosen }: { readonly chosen: (typeof PERIODS)[number] }) {
  return (
    <div class="ov-segments" role="group" aria-label={overview("period")}>
      {PERIODS.map((hours) => (
        <button
          key={hours}
          type="button"
          aria-pressed={hours === chosen}
          onClick={() => setQuery({ hours: hours === PERIODS[0] ? undefined : hours })}
        >
          {overview(`hours_${hours}`)}
        </button>
      ))}
    </div>
  );
}
