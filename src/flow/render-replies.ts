import type { Channel, MenuOption, RenderedMessage } from "../channels/channel.ts";
import { withIds } from "../identity.ts";
import { storableData, storableText } from "../storable.ts";
import type { OutgoingRow } from "../db/turns.ts";
import type { Address, Note, Reply } from "../messages.ts";
import { mergeTexts } from "./merge-texts.ts";

export interface RenderedTurn {
  readonly rows: readonly OutgoingRow[];
  readonly kept: readonly { readonly id: string; readonly payload: string }[];
  /** Notes about replies that became no message. */
  readonly notes: readonly Note[];
}

/** A bot need not know the provider's ids: a reaction without a target is one to the message being answered. */
function aimReaction(reply: Reply, answered: string): Reply {
  const { custom } = reply;
  if (typeof custom !== "object" || custom === null || !("type" in custom)) return reply;
  if (custom.type !== "reaction" || "message_id" in custom) return reply;
  return { ...reply, custom: { ...custom, message_id: answered } };
}

export interface RenderOptions {
  readonly mergeTexts: boolean;
  /** The provider's id of the message being answered. */
  readonly answered: string;
  readonly origin?: "push";
}

/** Renders the replies of a turn into outbox rows, in order. */
export function renderReplies(
  channel: Channel,
  replies: readonly Reply[],
  to: Address,
  options: RenderOptions,
): RenderedTurn {
  const merged = options.mergeTexts ? mergeTexts(replies, channel.maxTextLength) : replies;
  const renderings = merged.map((reply) =>
    channel.render(aimReaction(reply, options.answered), to),
  );
  return {
    rows: withIds(renderings.flatMap(({ messages }) => messages)).map(({ id, thing }) =>
      toRow(channel, id, thing, options),
    ),
    kept: renderings.flatMap(({ kept }) => kept),
    notes: renderings.flatMap(({ notes }) => notes),
  };
}

function storableOption({ title, payload }: MenuOption): MenuOption {
  return { title: storableText(title), payload: storableText(payload) };
}

function toRow(
  channel: Channel,
  id: string,
  message: RenderedMessage,
  options: RenderOptions,
): OutgoingRow {
  return {
    id,
    status: channel.delivery === "push" ? "queued" : "sent",
    payload: storableData(message.payload),
    text: storableText(message.text),
    notes: message.notes.map(({ code, detail }) => ({ code, detail: storableText(detail) })),
    needsWindow: message.needsWindow,
    ...(options.origin !== undefined && { origin: options.origin }),
    ...(message.menu !== undefined && { menu: message.menu.map(storableOption) }),
    ...(message.template !== undefined && { template: message.template }),
  };
}
