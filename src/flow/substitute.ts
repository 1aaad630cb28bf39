import type { Channel } from "../channels/channel.ts";
import { resolveContacts } from "../db/contacts.ts";
import type { Database } from "../db/driver.ts";
import { isOptedOut } from "../db/opt-outs.ts";
import type { OutboundTarget } from "../db/outbound.ts";
import type { ForSubstitute } from "../db/substitutes.ts";
import type { OutgoingRow } from "../db/turns.ts";
import { BridgeError } from "../errors.ts";
import { conversationId, derivedId } from "../identity.ts";
import type { Address, Identity } from "../messages.ts";
import { readIdentity } from "../phone.ts";
import { contentOf, isOneContent, type RouteRung, type SendContent } from "../send-content.ts";
import type { Observer } from "./observer.ts";
import { renderContent } from "./render-content.ts";
import type { ResolveTemplate } from "./resolve-template.ts";

interface SubstituteDependencies {
  readonly db: Database;
  readonly channels: ReadonlyMap<string, { readonly channel: Channel }>;
  readonly resolveTemplate: ResolveTemplate;
  readonly observer: Pick<Observer, "problem">;
}

/** A message that failed, and one channel to try instead. */
interface SubstituteRequest {
  readonly messageId: string;
  readonly message: ForSubstitute;
  readonly rung: RouteRung;
}

/** What is sent instead of a message. */
export interface Substitute {
  readonly target: OutboundTarget;
  readonly rows: readonly OutgoingRow[];
  readonly kept: readonly { readonly id: string; readonly payload: string }[];
}

/**
 * Makes the messages for one channel of a route; undefined where it cannot reach the person, may not, or has nothing to say.
 * Throws `store_*`.
 */
export async function prepareSubstitute(
  deps: SubstituteDependencies,
  { messageId, message, rung }: SubstituteRequest,
): Promise<Substitute | undefined> {
  const channel = deps.channels.get(rung.channel)?.channel;
  const account = rung.account ?? channel?.accounts[0];
  const identity = identityOf(rung, message);
  if (channel?.delivery !== "push" || account === undefined || identity === undefined)
    return undefined;
  if (!channel.accounts.includes(account)) return undefined;
  const address: Address = { account, identities: [identity] };
  const chosen = await chooseContent(deps, rung, message);
  if (chosen === undefined) return undefined;
  const [contactId] = await resolveContacts(deps.db, [{ channel: rung.channel, ...address }]);
  if (contactId === undefined) return undefined;
  const pair = { contactId, channel: rung.channel, account };
  if (await isOptedOut(deps.db, pair, chosen.isMarketing)) return undefined;
  const id = conversationId(rung.channel, account, contactId);
  const rendered = renderContent(channel, chosen.content, address, messageId);
  if (rendered.rows.length === 0) return undefined;
  const rows = rendered.rows.map((row, index) => {
    const isLast = index === rendered.rows.length - 1;
    const menu = isLast && chosen.menu !== null ? { menu: chosen.menu } : {};
    return { ...row, ...menu, id: derivedId(messageId, `fallback.${index}`) };
  });
  const target = { conversationId: id, contactId, channel: rung.channel, address };
  return { target, rows, kept: rendered.kept };
}

function identityOf({ to }: RouteRung, { phones }: ForSubstitute): Identity | undefined {
  if (to !== undefined) {
    const read = readIdentity(to);
    return read.kind === "identity" ? read.identity : undefined;
  }
  const [phone] = phones;
  return phone === undefined ? undefined : { kind: "phone", value: phone };
}

interface Chosen {
  readonly content: SendContent;
  readonly isMarketing: boolean;
  readonly menu: ForSubstitute["menu"];
}

/** What the rung says; else the words as the person would have read them, the choices as numbers that may be typed. */
async function chooseContent(
  { resolveTemplate, observer }: SubstituteDependencies,
  rung: RouteRung,
  { text, menu }: ForSubstitute,
): Promise<Chosen | undefined> {
  if (!isOneContent(rung)) return { content: { text }, isMarketing: false, menu };
  const content = contentOf(rung);
  if (!("template" in content)) return { content, isMarketing: false, menu: null };
  const resolved = await resolveTemplate(rung.channel, content.template);
  if (resolved.kind === "refused") {
    const error = new BridgeError("channel_refused", "the template can no longer be sent");
    observer.problem("a channel of a route was passed over", error, { channel: rung.channel });
    return undefined;
  }
  const isMarketing = resolved.category === "MARKETING";
  return { content: { template: resolved.request }, isMarketing, menu: null };
}
