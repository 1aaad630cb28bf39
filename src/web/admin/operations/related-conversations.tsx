import { log } from "../../i18n/event-log.ts";
import { get, type PageOf } from "../../shared/api.ts";
import type { Message } from "../../shared/api-types.ts";
import { useResource } from "../../shared/resource.ts";
import { ConversationLink } from "./conversation-link.tsx";
import { findMessageIds } from "./related.ts";

interface RelatedProps {
  readonly channel: string;
  readonly body: string;
}

/** Leads to the conversations of the messages that a webhook is about. */
export function RelatedConversations({ channel, body }: RelatedProps) {
  const ids = findMessageIds(body);
  const { data } = useResource(`related ${channel} ${ids.join(" ")}`, (signal) =>
    findConversations(channel, ids, signal),
  );
  if (data === undefined) return <span>{log("looking_for_conversation")}</span>;
  if (data.length === 0) return <span>{log("no_conversation")}</span>;
  return (
    <span class="row">
      {data.map((id) => (
        <ConversationLink key={id} id={id} />
      ))}
    </span>
  );
}

async function findConversations(
  channel: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const id of ids) {
    const query = { channel, external_id: id, limit: 1 };
    const { data } = await get<PageOf<Message>>("/messages", query, signal);
    for (const message of data) found.add(message.conversation_id);
  }
  return [...found];
}
