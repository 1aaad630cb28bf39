import type { Channel } from "../channels/channel.ts";
import {
  type KnownConversation,
  type LeasedRecipient,
  readKnown,
  readOptedOut,
  type ReadyRecipient,
  type SkippedRecipient,
} from "../db/campaign-release.ts";
import type { CampaignRow } from "../db/campaigns.ts";
import { resolveContacts } from "../db/contacts.ts";
import type { Database } from "../db/driver.ts";
import { renderContent } from "../flow/render-content.ts";
import { conversationId, derivedId } from "../identity.ts";
import { fillContent } from "../send-content.ts";
import { chooseAccount, type Room } from "./choose-account.ts";
import { type CampaignContent, contentIn, fillRoute, valuesOf } from "./personal-content.ts";

interface Preparing {
  readonly db: Database;
  readonly campaign: CampaignRow;
  readonly channel: Channel;
  readonly room: Room;
}

/** What is decided about leased recipients. `waiting` have to be looked at later. */
export interface Prepared {
  /** Why nobody is sent to: what the campaign says cannot be sent. */
  readonly halt?: readonly string[];
  readonly ready: readonly ReadyRecipient[];
  readonly skipped: readonly SkippedRecipient[];
  readonly waiting: readonly string[];
  /** Button payloads too long for the channel, to be kept. */
  readonly kept: readonly { readonly id: string; readonly payload: string }[];
}

/** Somebody with all that is known of them. */
interface Candidate {
  readonly recipient: LeasedRecipient;
  readonly contactId: string;
  readonly content: CampaignContent;
  readonly known: readonly KnownConversation[];
  readonly isOptedOut: boolean;
}

type Decision =
  | {
      readonly kind: "ready";
      readonly ready: ReadyRecipient;
      readonly kept: Prepared["kept"];
    }
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "wait" };

/** Decides about leased recipients: who gets which message from which account, who is left out, who waits. Throws `store_*`. */
export async function prepareRecipients(
  preparing: Preparing,
  recipients: readonly LeasedRecipient[],
): Promise<Prepared> {
  const contents = await readContents(preparing, recipients);
  const [halt] = [...contents.values()].flatMap((content) =>
    content.kind === "refused" && content.isTemplates ? [content.problems] : [],
  );
  if (halt !== undefined) {
    const waiting = recipients.map(({ id }) => id);
    return { halt, ready: [], skipped: [], waiting, kept: [] };
  }
  const candidates = await gather(preparing, recipients, contents);
  const ready: ReadyRecipient[] = [];
  const skipped: SkippedRecipient[] = [];
  const waiting: string[] = [];
  const kept: Prepared["kept"][number][] = [];
  for (const candidate of candidates) {
    const recipientId = candidate.recipient.id;
    const decision = decide(preparing, candidate);
    switch (decision.kind) {
      case "ready":
        ready.push(decision.ready);
        kept.push(...decision.kept);
        break;
      case "skip":
        skipped.push({ recipientId, reason: decision.reason });
        break;
      case "wait":
        waiting.push(recipientId);
    }
  }
  return { ready, skipped, waiting, kept };
}

/** What the campaign says, by the language that recipients name. */
type Contents = ReadonlyMap<string | null, CampaignContent>;

async function readContents(
  { db, campaign }: Preparing,
  recipients: readonly LeasedRecipient[],
): Promise<Contents> {
  const contents = new Map<string | null, CampaignContent>();
  for (const { language } of recipients)
    if (!contents.has(language))
      contents.set(language, await contentIn(db, campaign, language ?? undefined));
  return contents;
}

async function gather(
  { db, campaign }: Preparing,
  recipients: readonly LeasedRecipient[],
  contents: Contents,
): Promise<readonly Candidate[]> {
  const { channel, accounts } = campaign;
  const contactIds = await resolveContacts(
    db,
    recipients.map(({ identity }) => ({ channel, identities: [identity] })),
  );
  const isMarketing = [...contents.values()].some(
    (content) => content.kind === "ok" && content.category === "MARKETING",
  );
  const optedOut = await readOptedOut(db, { channel, accounts, isMarketing }, contactIds);
  const known = Map.groupBy(
    await readKnown(db, channel, contactIds),
    ({ contact_id: contactId }) => contactId,
  );
  return recipients.flatMap((recipient, index) => {
    const contactId = contactIds[index];
    const content = contents.get(recipient.language);
    if (contactId === undefined || content === undefined) return [];
    return {
      recipient,
      contactId,
      content,
      known: known.get(contactId) ?? [],
      isOptedOut: optedOut.has(contactId),
    };
  });
}

function decide({ campaign, channel, room }: Preparing, candidate: Candidate): Decision {
  const { recipient, contactId, content, known, isOptedOut } = candidate;
  if (isOptedOut) return { kind: "skip", reason: "opted_out" };
  if (content.kind === "refused") return { kind: "skip", reason: "template_language" };
  const values = valuesOf(campaign, recipient);
  const filled = fillContent(content.content, values);
  if (filled.missing.length > 0) return { kind: "skip", reason: "missing_values" };
  const choice = chooseAccount(room, known);
  if (choice.kind === "wait") return choice;
  const { account } = choice;
  const identities = known.find((one) => one.account === account)?.identities;
  const address = { account, identities: identities ?? [recipient.identity] };
  const messageId = derivedId(recipient.id, "campaign");
  const { rows, kept } = renderContent(channel, filled.content, address, messageId);
  if (rows.length === 0) return { kind: "skip", reason: "not_renderable" };
  const route = fillRoute(campaign.route, values);
  const target = {
    conversationId: conversationId(campaign.channel, account, contactId),
    contactId,
    channel: campaign.channel,
    address,
  };
  const facts = {
    campaignId: campaign.id,
    recipientId: recipient.id,
    ...(route.length > 0 && { route }),
  };
  const lot = { target, rows, origin: "campaign", isBulk: true, facts } as const;
  return { kind: "ready", ready: { recipientId: recipient.id, account, messageId, lot }, kept };
}
