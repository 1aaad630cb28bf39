import { randomUUID } from "node:crypto";
import { acs } from "../../channels/acs/index.ts";
import { addressOf } from "../names.ts";
import type { SaidContent } from "../orders.ts";
import { createAcsAnswer } from "./acs-answer.ts";
import { AZURE_AT_ONCE, gridCall, type PlainEvent } from "./azure.ts";
import { GENEROUS } from "./limits.ts";
import type { Arrival, LineMaker, Report } from "./line.ts";
import { defined, LATER, shown } from "./whatsapp.ts";

const ACCOUNT = "00000000-0000-4000-8000-000000000004";
/** Nobody's number: reserved for examples. Source: North American Numbering Plan, 555-0100 to 555-0199. */
const OWN_NUMBER = "14255550124";

/** WhatsApp by Azure Communication Services, its events by Event Grid. Source: Event Grid, Advanced Messaging events. */
export const acsLine: LineMaker = (secretOf) => {
  const accessKey = secretOf("access key");
  const secret = secretOf("webhook secret");
  return {
    description: {
      channel: "simulator-acs",
      type: "acs",
      account: ACCOUNT,
      title: "Azure Communication Services · WhatsApp",
      features: {
        buttons: true,
        lists: true,
        media: true,
        location: false,
        templates: true,
        voice: true,
        batches: true,
        reads: true,
        typedChoices: true,
      },
      failures: [...LATER, ...AZURE_AT_ONCE.map(shown)],
    },
    module: acs,
    settings: {
      ...GENEROUS,
      endpoint: addressOf("simulator-acs"),
      api_key: accessKey,
      webhook_secrets: [secret],
      channel_ids: [ACCOUNT],
      phone_number: OWN_NUMBER,
    },
    statuses: ["sent", "delivered", "read"],
    newId: randomUUID,
    refuse: ({ type }) =>
      type === "location" || type === "contact"
        ? `Azure brings no ${type}: choose another kind of message`
        : undefined,
    webhooks: (messages, kind) => [gridCall(messages.map(messageEvent), secret, kind)],
    report: (report, kind) => gridCall([statusEvent(report)], secret, kind),
    answer: createAcsAnswer({ accessKey, account: ACCOUNT }),
  };
};

function messageEvent(arrival: Arrival): PlainEvent {
  const { from, externalId, sentAt, quoted } = arrival;
  return {
    type: "AdvancedMessageReceived",
    subject: `advancedMessage/sender/${from}/recipient/${ACCOUNT}`,
    time: sentAt,
    data: {
      ...contentOf(arrival.content, arrival),
      ...(quoted !== undefined && { context: { from: OWN_NUMBER, id: quoted } }),
      messageId: externalId,
      channelType: "whatsapp",
      from,
      to: ACCOUNT,
      receivedTimestamp: sentAt,
    },
  };
}

function contentOf(content: SaidContent, { file }: Arrival): object {
  switch (content.type) {
    case "text":
      return { messageType: "text", content: content.text };
    case "choice": {
      const { source, id, title, description } = content;
      if (source === "template_button")
        return { messageType: "button", button: { text: title, payload: id } };
      const type = source === "button" ? "buttonReply" : "listReply";
      const more = source === "list" ? defined({ description }) : {};
      return { messageType: "interactive", interactive: { type, [type]: { id, title, ...more } } };
    }
    case "media": {
      const { media, caption, fileName } = content;
      const type = media === "voice" ? "audio" : media;
      return {
        messageType: type,
        media: {
          mimeType: file?.mimeType,
          id: file?.id,
          ...(type !== "audio" && type !== "sticker" && defined({ caption })),
          ...(type === "document" && defined({ fileName: fileName ?? file?.fileName })),
          ...(type === "sticker" && { animated: false }),
        },
      };
    }
    case "reaction": {
      const { to, emoji } = content;
      return { messageType: "reaction", reaction: { messageId: to, ...defined({ emoji }) } };
    }
    case "location":
    case "contact":
      return { messageType: content.type };
  }
}

const WORDS = { sent: "Sent", delivered: "Delivered", read: "Read", failed: "Failed" } as const;

function statusEvent({ externalId, status, person, error, at }: Report): PlainEvent {
  return {
    type: "AdvancedMessageDeliveryStatusUpdated",
    subject: `advancedMessage/${externalId}/status/${WORDS[status]}`,
    time: at,
    data: {
      messageId: externalId,
      status: WORDS[status],
      channelType: "whatsapp",
      from: ACCOUNT,
      to: person,
      receivedTimestamp: at,
      ...(error !== undefined && {
        error: { channelCode: error.code, channelMessage: error.title },
      }),
    },
  };
}
