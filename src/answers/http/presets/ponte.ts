import { describe, describeContent } from "../../rasa/metadata.ts";
import { markerOf } from "../../rasa/translate.ts";
import type { Question } from "../../backend.ts";
import { readEnvelope } from "../envelope.ts";
import type { Preset } from "../preset.ts";

/**
 * Our own contract, as `docs/http-backend.md` has it. `sender`, `message` and `metadata` are those of Rasa's REST channel, so
 * that a server that speaks it takes the call as it is.
 */
export const ponte: Preset = {
  takesTriggers: true,
  tellsHistory: true,
  toRequest: ({ question, history }, { url }) => ({
    url,
    body: {
      sender: question.identities[0]?.value ?? question.contactId,
      message: question.text === "" ? markerOf(question.content) : question.text,
      conversation_id: question.conversationId,
      message_id: question.externalId,
      timestamp: question.sentAt,
      locale: question.language,
      channel: question.channel,
      channel_type: question.channelType,
      input: describeInput(question),
      profile: { name: question.contactName, ...question.properties },
      session: { new: question.session.isNew, started_at: question.session.startedAt },
      start_reference: question.startReference,
      slots: question.slots,
      history,
      metadata: describe(question),
    },
  }),
  fromResponse: (body, { question }) => ({
    ...readEnvelope(body),
    session: question.identities[0]?.value ?? question.contactId,
  }),
};

/** What the person did. A payload is there only where the person tapped it: a typed one proves nothing. */
function describeInput({ content, file, text, trusted }: Question): Record<string, unknown> {
  const { media, ...facts } = describeContent(content, file);
  const [medium] = media;
  const caption = text === "" ? null : text;
  return {
    ...facts,
    trusted,
    ...(content.type === "choice" && { payload: content.payload }),
    ...(medium !== undefined && { media: { ...medium, mime: medium["mime_type"], caption } }),
  };
}
