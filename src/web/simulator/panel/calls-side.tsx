import { inside } from "../../i18n/simulator-inside.ts";
import { formatMs, formatTime } from "../../shared/format.ts";
import { Empty } from "../../shared/ui/states.tsx";
import { Json } from "../../shared/ui/json.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { type CallGroup, callGroups, isTaken } from "../state/calls.ts";
import type { MadeCall } from "../state/wire.ts";
import { Card, More } from "./card.tsx";

/** The calls that the simulated provider made, and what the bridge told it. */
export function CallsSide() {
  const groups = callGroups.value;
  if (groups.length === 0)
    return <Empty icon="events" title={inside("calls_none")} detail={inside("calls_hint")} />;
  return (
    <div class="stack">
      {groups.map((group) => (
        <Group key={group.id} group={group} />
      ))}
    </div>
  );
}

function Group({ group }: { readonly group: CallGroup }) {
  const { kind, at, calls, laterMs, channel } = group;
  return (
    <Card
      title={inside(`calls_${kind}`)}
      icon={kind === "message" ? "download" : "checks"}
      aside={
        <span class="hint">
          {channel} · {formatTime(at)}
        </span>
      }
    >
      {calls.length === 0 && (
        <p class="hint">{inside("calls_later", { seconds: Math.round(laterMs / 1_000) })}</p>
      )}
      {calls.map((call, index) => (
        <Call key={index} call={call} />
      ))}
    </Card>
  );
}

function Call({ call }: { readonly call: MadeCall }) {
  const { method, url, headers, body, status, answer, ms } = call;
  return (
    <div class="call">
      <p class="row">
        <Tag tone={isTaken(call) ? "good" : "bad"} icon={isTaken(call) ? "check" : "warning"}>
          {status === 0 ? inside("no_answer") : `HTTP ${status}`}
        </Tag>
        <code>
          {method} <SafeText text={pathOf(url)} max={200} />
        </code>
        <span class="hint">{formatMs(ms)}</span>
      </p>
      {answer !== "" && !isTaken(call) && <Json value={answer} label={inside("call_answer")} />}
      <More title={inside("call_request")}>
        <Json value={headers} label={inside("webhook_headers")} />
        <Json value={body} label={inside("webhook_body")} />
        {isTaken(call) && answer !== "" && <Json value={answer} label={inside("call_answer")} />}
      </More>
    </div>
  );
}

function pathOf(url: string): string {
  const { pathname, search } = URL.parse(url) ?? { pathname: url, search: "" };
  return `${pathname}${search}`;
}
