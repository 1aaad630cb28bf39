import { useEffect, useState } from "preact/hooks";
import { get } from "../../shared/api.ts";
import type { ConversationDetail } from "../../shared/api-types.ts";
import { onNews } from "../../shared/live.ts";
import { useResource } from "../../shared/resource.ts";
import { query, setQuery } from "../../shared/router.ts";
import { Failure, Loading, Stale } from "../../shared/ui/states.tsx";
import { Composer } from "./compose/composer.tsx";
import { ConversationHead } from "./conversation-head.tsx";
import { PersonPanel } from "./person/person-panel.tsx";
import type { Start } from "./timeline/reach.ts";
import { TimelineView } from "./timeline/timeline-view.tsx";
import { useTimeline } from "./timeline/use-timeline.ts";
import type { Channel } from "./types.ts";
import { WhyDrawer } from "./why/why-drawer.tsx";

interface ConversationPaneProps {
  readonly id: string;
  readonly channels: ReadonlyMap<string, Channel>;
  /** Something changed that the list shows. */
  readonly onChange: () => void;
}

/** News are gathered this long before the conversation is read again, milliseconds. */
const GATHER_MS = 400;

/** Where the address wants to begin: at a message, on a day, or at the end. */
function startOf(values: URLSearchParams): Start {
  const message = values.get("message");
  if (message !== null) return { kind: "message", id: message };
  const day = values.get("day");
  return day === null ? { kind: "end" } : { kind: "day", day };
}

/** One conversation: who it is with, what was said, and what can be done. */
export function ConversationPane({ id, channels, onChange }: ConversationPaneProps) {
  const detail = useResource(`conversation:${id}`, (signal) =>
    get<ConversationDetail>(`/conversations/${encodeURIComponent(id)}`, undefined, signal),
  );
  const { reload } = detail;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onNews((news) => {
      if (news.kind === "campaign" || news.conversation_id !== id) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, GATHER_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [id, reload]);
  const timeline = useTimeline(id, startOf(query.value));
  // What an action answered is shown until it is read again.
  const [changed, setChanged] = useState<ConversationDetail>();
  const { data, problem } = detail;
  useEffect(() => setChanged(undefined), [data]);
  const shown = changed ?? data;
  const why = query.value.get("why");
  if (shown === undefined)
    return problem === undefined ? <Loading /> : <Failure problem={problem} onRetry={reload} />;
  const channel = channels.get(shown.channel);
  const apply = (next: ConversationDetail) => {
    setChanged(next);
    onChange();
  };
  return (
    <>
      <ConversationHead conversation={shown} onChange={apply} />
      {problem !== undefined && <Stale problem={problem} onRetry={reload} />}
      <TimelineView conversation={shown} timeline={timeline} channelType={channel?.type ?? ""} />
      <Composer
        conversation={shown}
        channel={channel}
        onSent={() => {
          setQuery({ message: undefined, day: undefined });
          timeline.refresh();
          onChange();
        }}
      />
      {query.value.get("panel") === "person" && (
        <PersonPanel
          conversation={shown}
          onChange={() => {
            reload();
            onChange();
          }}
        />
      )}
      {why !== null && <WhyDrawer id={why} />}
    </>
  );
}
