import { report } from "../../i18n/campaign-report.ts";
import { common } from "../../i18n/common.ts";
import { usePages } from "../../shared/pages-of.ts";
import { Action } from "../../shared/ui/action.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Empty, Failure, Loading } from "../../shared/ui/states.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { reasonOf } from "./state-tag.tsx";
import type { CampaignEvent } from "./types.ts";

const KINDS = [
  "created",
  "changed",
  "scheduled",
  "started",
  "paused",
  "resumed",
  "cancelled",
  "finished",
] as const;

function wordOf(kind: string): string {
  const known = KINDS.find((one) => one === kind);
  return known === undefined ? kind : report(`log_${known}`);
}

/** Who did something, in people's words. */
export function actorOf(actor: string): string {
  if (actor === "admin") return report("actor_admin");
  if (actor === "bridge") return report("actor_bridge");
  const [kind, id = ""] = actor.split(":", 2);
  return kind === "key" ? report("actor_key", { id: id.slice(0, 8) }) : actor;
}

function detailOf({ detail }: CampaignEvent): string {
  const { reason, fields } = detail;
  if (typeof reason === "string") return reasonOf(reason);
  return Array.isArray(fields) ? fields.join(", ") : "";
}

/** What happened to a campaign as a whole, and who did it. */
export function Log({ id }: { readonly id: string }) {
  const list = usePages<CampaignEvent>(`/campaigns/${id}/log`);
  if (list.problem !== undefined) return <Failure problem={list.problem} onRetry={list.reset} />;
  if (list.rows.length === 0)
    return list.isLoading ? <Loading /> : <Empty icon="events" title={report("log_none")} />;
  return (
    <div class="stack-small">
      <ol class="campaign-log" aria-label={report("log_caption")}>
        {list.rows.map((event) => (
          <li key={event.id}>
            <strong>{wordOf(event.kind)}</strong>
            <span class="hint">
              <SafeText text={detailOf(event)} max={200} />
            </span>
            <span class="hint campaign-log-by">
              <SafeText text={report("log_by", { actor: actorOf(event.actor) })} />
              {" · "}
              <Ago at={event.at} />
            </span>
          </li>
        ))}
      </ol>
      {list.hasMore && (
        <div class="row">
          <Action small run={() => Promise.resolve(list.more())} disabled={list.isLoading}>
            {common("more")}
          </Action>
        </div>
      )}
    </div>
  );
}
