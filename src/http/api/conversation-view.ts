import { z } from "zod";
import { identityRow, listIdentities, listOptOuts } from "../../db/contacts-read.ts";
import type { ConversationRow } from "../../db/conversations-read.ts";
import { countPending, findConversation, lastMessage } from "../../db/conversations-read.ts";
import { BridgeError } from "../../errors.ts";
import { mustOwn } from "./caller.ts";
import type { ApiDependencies } from "./dependencies.ts";
import type { ApiContext } from "./route.ts";
import { windowOf } from "./window.ts";

/** A conversation as a list shows it. */
export const conversation = z
  .strictObject({
    id: z.guid(),
    channel: z.string(),
    account: z.string(),
    contact_id: z.guid(),
    contact_name: z.string().nullable(),
    language: z.string().nullable(),
    last_inbound_at: z.iso.datetime().nullable(),
    window_expires_at: z.iso
      .datetime()
      .nullable()
      .meta({ description: "Null on a channel without a window, and before the first message." }),
    window_open: z
      .boolean()
      .meta({ description: "Whether the provider accepts free-form messages now." }),
    paused: z.boolean(),
    paused_until: z.iso.datetime().nullable(),
    pause_reason: z.string().nullable().meta({
      description:
        "Why: `operator`, `takeover`, `handoff`, `person_asked`, or another closed word; null where it is not paused.",
    }),
    identity: z.string().nullable().meta({
      description: "What the person is known by on this channel: a number where there is one.",
    }),
    identity_kind: z.string().nullable(),
    opted_out: z.boolean().meta({ description: "Whether the person stopped all our messages." }),
    last_message: lastMessage
      .meta({ id: "LastMessage", description: "Its text is cut after 200 characters." })
      .nullable(),
    last_backend: z
      .string()
      .nullable()
      .meta({ description: "Which backend answered last; null where none did." }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: "Conversation" });

/** A conversation with its person, consent and work. */
export const conversationDetail = conversation
  .extend({
    identities: z.array(identityRow.meta({ id: "Identity" })),
    opt_outs: z
      .array(z.enum(["all", "marketing"]))
      .meta({ description: "The open opt-outs for this account." }),
    pending: z
      .strictObject({ inbound: z.int(), outbound: z.int() })
      .meta({ description: "Messages still to be answered and to be sent." }),
  })
  .meta({ id: "ConversationDetail" });

/** Shows a row, with its window computed by the database's clock. */
export function showConversation(
  row: ConversationRow,
  channels: ApiDependencies["channels"],
): z.infer<typeof conversation> {
  const { window_closed_at: closedAt, now, ...shown } = row;
  const windowMs = channels.get(row.channel)?.channel.windowMs;
  const paused = row.paused_until !== null && Date.parse(row.paused_until) > Date.parse(now);
  return {
    ...shown,
    ...windowOf({ windowMs, lastInboundAt: row.last_inbound_at, closedAt, now }),
    paused,
    pause_reason: paused ? row.pause_reason : null,
  };
}

/** Finds a conversation of the caller's. Throws `request_not_found` and `store_*`. */
export async function mustFindConversation(
  id: string,
  { db, caller }: Pick<ApiContext, "db" | "caller">,
): Promise<ConversationRow> {
  const row = await findConversation(db, id);
  if (row === undefined)
    throw new BridgeError("request_not_found", "there is no conversation with this id");
  mustOwn(caller, row.channel, "conversation");
  return row;
}

/** Reads a conversation in full. Throws `request_not_found` and `store_*`. */
export async function readConversation(
  id: string,
  { db, channels, caller }: Pick<ApiContext, "db" | "channels" | "caller">,
): Promise<z.infer<typeof conversationDetail>> {
  const row = await mustFindConversation(id, { db, caller });
  const identities = await listIdentities(db, row.contact_id);
  const scopes = (await listOptOuts(db, row.contact_id))
    .filter(({ channel, account, revoked_at }) => {
      return channel === row.channel && account === row.account && revoked_at === null;
    })
    .map(({ scope }) => scope);
  return {
    ...showConversation(row, channels),
    identities: identities.filter(({ channel }) => channel === row.channel),
    opt_outs: scopes.toSorted(),
    pending: (await countPending(db, id)) ?? { inbound: 0, outbound: 0 },
  };
}
