import type { ContactCard, Content, Referral } from "../../messages.ts";
import type { Question, QuestionFile } from "../backend.ts";

/**
 * Builds the `metadata` of a Rasa message. A web client's own metadata stays at the top level, where its bot looks for
 * it, but cannot replace what the bridge knows; only `language` is the client's to set.
 */
export function describe(question: Question): Record<string, unknown> {
  return {
    language: question.language,
    ...question.metadata,
    contact_name: question.contactName,
    channel: question.channel,
    channel_type: question.channelType,
    account: question.account,
    /** The same account under the name that existing WhatsApp bots read. */
    phone_number_id: question.account,
    message_id: question.externalId,
    conversation_id: question.conversationId,
    sent_at: question.sentAt,
    start_reference: question.startReference,
    referral: question.referral && describeReferral(question.referral),
    ...describeContent(question.content, question.file),
  };
}

/** Keys in Meta's spelling, which bots that knew a WhatsApp connector already read. */
function describeReferral(referral: Referral): Record<string, unknown> {
  return {
    source_type: referral.sourceType,
    source_id: referral.sourceId,
    source_url: referral.sourceUrl,
    headline: referral.headline,
    body: referral.body,
    ctwa_clid: referral.clickId,
  };
}

/** Always gives `type` and `media`, a list; the other keys only for the kind of message they describe. */
export function describeContent(
  content: Content,
  file?: QuestionFile,
): {
  readonly type: string;
  readonly media: readonly Record<string, unknown>[];
  readonly [fact: string]: unknown;
} {
  const basics = { type: content.type, media: [] };
  switch (content.type) {
    case "text":
      return basics;
    case "choice":
      return { ...basics, type: content.source, button_title: content.title };
    case "media":
      return { type: content.media, media: [describeMedia(content, file)] };
    case "location":
      return { ...basics, location: withoutType(content) };
    case "contacts":
      return { ...basics, contacts: content.cards.map(describeCard) };
    case "reaction":
      return { ...basics, reaction: { emoji: content.emoji, message_id: content.to } };
    case "trigger":
      return { ...basics, intent: content.intent };
    case "form":
      return { ...basics, form: { name: content.name, answers: content.answers } };
    case "order":
      return { ...basics, order: describeOrder(content) };
    case "call_permission":
      return {
        ...basics,
        call_permission: { response: content.response, expires_at: content.expiresAt },
      };
    case "edit":
    case "revoke":
      return { ...basics, original_message_id: content.original };
    case "unsupported":
      return { ...basics, provider_type: content.providerType, reason: content.reason };
  }
}

/** What we found out about the file takes the place of what the provider said of it. */
function describeMedia(
  media: Extract<Content, { type: "media" }>,
  file?: QuestionFile,
): Record<string, unknown> {
  return {
    type: media.media,
    id: media.id,
    url: media.url,
    mime_type: media.mimeType,
    sha256: media.sha256,
    file_name: media.fileName,
    animated: media.animated,
    ...(file && describeFile(file)),
  };
}

/** An address that we found wanting is not passed on; where we were told not to look, it is the bot's to judge. */
function describeFile(file: QuestionFile): Record<string, unknown> {
  if ("missing" in file) {
    const { missing } = file;
    return missing === "off" ? { missing } : { missing, url: undefined };
  }
  const { url, mimeType, sizeBytes, sha256, fileName } = file;
  return { url, mime_type: mimeType, size_bytes: sizeBytes, sha256, file_name: fileName };
}

function withoutType({ type: _type, ...facts }: Extract<Content, { type: "location" }>) {
  return facts;
}

function describeCard(card: ContactCard): Record<string, unknown> {
  return {
    name: card.name,
    phones: card.phones.map(({ phone, identity }) => phone ?? identity?.value),
    emails: card.emails,
    organisation: card.organisation,
  };
}

function describeOrder(order: Extract<Content, { type: "order" }>): Record<string, unknown> {
  return {
    catalog_id: order.catalogId,
    items: order.items.map((item) => ({
      product_id: item.productId,
      quantity: item.quantity,
      price: item.price,
      currency: item.currency,
    })),
  };
}
