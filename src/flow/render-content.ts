import type { Channel } from "../channels/channel.ts";
import type { OutgoingRow } from "../db/turns.ts";
import { derivedId } from "../identity.ts";
import type { Address, Note } from "../messages.ts";
import { type SendContent, toReply } from "../send-content.ts";
import { renderReplies } from "./render-replies.ts";

/** A content as the messages that one person gets; none where `notes` say why. */
export interface RenderedContent {
  readonly rows: readonly OutgoingRow[];
  readonly kept: readonly { readonly id: string; readonly payload: string }[];
  readonly notes: readonly Note[];
}

/**
 * Renders a content for one person. The first message has the id `messageId` and the others ids that follow from it: made
 * again, they are the same, so nothing is stored twice.
 */
export function renderContent(
  channel: Channel,
  content: SendContent,
  to: Address,
  messageId: string,
): RenderedContent {
  const options = { mergeTexts: false, answered: "" };
  const rendered = renderReplies(channel, [toReply(content)], to, options);
  const rows = rendered.rows.map((row, index) => ({
    ...row,
    id: index === 0 ? messageId : derivedId(messageId, `part.${index}`),
  }));
  return { ...rendered, rows };
}
