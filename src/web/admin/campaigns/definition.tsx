import type { ComponentChildren } from "preact";
import { report } from "../../i18n/campaign-report.ts";
import { formatNumber, formatShare } from "../../shared/format.ts";
import { language } from "../../shared/language.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { kindOf } from "./costs.tsx";
import { actorOf } from "./log.tsx";
import { MessagePreview } from "./message-preview.tsx";
import { readMessage } from "./message.ts";
import type { CampaignDetail, CampaignHours } from "./types.ts";

/** A Sunday, from which the names of the days are counted. */
const SUNDAY = Date.UTC(2023, 0, 1);
const DAY_MS = 86_400_000;

/** The short name of a day; 0 is Sunday. */
export function dayName(day: number): string {
  const format = new Intl.DateTimeFormat(language.value, { weekday: "short", timeZone: "UTC" });
  return format.format(new Date(SUNDAY + day * DAY_MS));
}

function hoursText({ from, to, time_zone: zone, days }: CampaignHours): string {
  const isDaily = days === undefined || days.length === 7;
  const named = isDaily
    ? report("every_day")
    : days
        .toSorted((a, b) => a - b)
        .map(dayName)
        .join(" ");
  return report("hours_said", { from, to, days: named, zone });
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What a campaign says, to whom it speaks from where, and how fast. */
export function Definition({ campaign }: { readonly campaign: CampaignDetail }) {
  const said = readMessage(campaign.message);
  const { rate_per_second: rate, hours, guard, category } = campaign;
  return (
    <section class="card stack" aria-labelledby="definition-title">
      <h2 id="definition-title">{report("definition")}</h2>
      <MessagePreview
        channel={campaign.channel}
        message={campaign.message}
        values={campaign.values}
      />
      <dl class="fact-list">
        <Fact name={report("definition_channel")}>{campaign.channel}</Fact>
        <Fact name={report("definition_accounts")}>{campaign.accounts.join(", ")}</Fact>
        {said.kind === "template" && (
          <Fact name={report("definition_template")}>
            <SafeText text={`${said.name} ${said.language ?? ""}`} />
          </Fact>
        )}
        {category !== null && <Fact name={report("definition_category")}>{kindOf(category)}</Fact>}
        {campaign.placeholders.length > 0 && (
          <Fact name={report("definition_placeholders")}>
            <SafeText text={campaign.placeholders.join(", ")} />
          </Fact>
        )}
        {campaign.route.length > 0 && (
          <Fact name={report("definition_route")}>
            {campaign.route.map(({ channel }) => String(channel)).join(", ")}
          </Fact>
        )}
        <Fact name={report("definition_pace")}>
          {rate === null
            ? report("rate_free")
            : report("rate_cap", { rate: formatNumber(rate, 2) })}
        </Fact>
        <Fact name={report("definition_hours")}>
          {hours === null ? report("definition_hours_any") : hoursText(hours)}
        </Fact>
        <Fact name={report("definition_guard")}>
          {guard.error_rate === undefined
            ? report("definition_guard_default")
            : report("definition_guard_said", { share: formatShare(guard.error_rate) })}
        </Fact>
        <Fact name={report("definition_by")}>
          <SafeText text={actorOf(campaign.created_by)} />
        </Fact>
      </dl>
    </section>
  );
}
