import type { Channel } from "../channels/channel.ts";
import { resolveContacts } from "../db/contacts.ts";
import type { Database } from "../db/driver.ts";
import { isOptedOut } from "../db/opt-outs.ts";
import { enqueue, readForSubstitute } from "../db/outbound.ts";
import { conversationId, derivedId } from "../identity.ts";
import type { Address } from "../messages.ts";
import type { SendFailure } from "../send-failure.ts";
import type { Observer } from "./observer.ts";
import { renderReplies } from "./render-replies.ts";

interface FallbackDependencies {
  readonly db: Database;
  /** By name. */
  readonly channels: ReadonlyMap<string, { readonly channel: Channel }>;
  /** The next channel, by the name of the first. */
  readonly routes: Readonly<Record<string, string>>;
  readonly observer: Observer;
  readonly onWork: () => void;
}

/** Says the same on the next channel, for a message that is known never to arrive on its own. */
export type FallBack = (messageId: string, failure: SendFailure) => Promise<void>;

/**
 * Whether the provider said for good that a message does not reach the person. A person who wants no messages is not
 * followed to another channel, and a closed window is a matter of templates.
 */
function isKnownDead({ class: kind, optOut, windowClosed }: SendFailure): boolean {
  return (kind === "drop" || kind === "fix") && optOut === undefined && windowClosed !== true;
}

/** Builds the step behind `delivery.fallback`. A message has one substitute at most, however often its failure is told. */
export function createFallBack(deps: FallbackDependencies): FallBack {
  const { db, channels, routes, observer } = deps;
  return async (messageId, failure) => {
    if (!isKnownDead(failure) || Object.keys(routes).length === 0) return;
    const message = await readForSubstitute(db, messageId);
    const next = message && routes[message.channel];
    const channel = next === undefined ? undefined : channels.get(next)?.channel;
    const [phone] = message?.phones ?? [];
    const [account] = channel?.accounts ?? [];
    if (message === undefined || next === undefined || channel === undefined) return;
    if (phone === undefined || account === undefined) return;
    const address: Address = { account, identities: [{ kind: "phone", value: phone }] };
    const [contactId] = await resolveContacts(db, [{ channel: next, ...address }]);
    if (contactId === undefined) return;
    const target = {
      conversationId: conversationId(next, account, contactId),
      contactId,
      channel: next,
      address,
    };
    if (await isOptedOut(db, { contactId, channel: next, account })) return;
    const rows = renderSubstitute(channel, message, address, messageId);
    const added = await enqueue(db, [{ target, rows, origin: "fallback", fallbackOf: messageId }]);
    if (added.size === 0) return;
    observer.fellBack(message.channel, next);
    deps.onWork();
  };
}

/** The words as the person would have read them, the choices as numbers that may be typed. */
function renderSubstitute(
  channel: Channel,
  message: {
    readonly text: string;
    readonly menu: readonly { title: string; payload: string }[] | null;
  },
  address: Address,
  messageId: string,
) {
  const options = { mergeTexts: false, answered: "" };
  const { rows } = renderReplies(channel, [{ text: message.text }], address, options);
  return rows.map((row, index) => {
    const isLast = index === rows.length - 1;
    const menu = isLast && message.menu !== null ? { menu: message.menu } : {};
    return { ...row, ...menu, id: derivedId(messageId, `fallback.${index}`) };
  });
}
