import { createHmac, randomBytes } from "node:crypto";
import { evolution } from "../../channels/evolution/index.ts";
import { addressOf } from "../names.ts";
import type { SaidContent, SignatureKind } from "../orders.ts";
import { WRONG_SECRET } from "../secrets.ts";
import { createEvolutionAnswer, EVOLUTION_AT_ONCE, newKeyId } from "./evolution-answer.ts";
import { unixSeconds } from "./json.ts";
import { GENEROUS } from "./limits.ts";
import type { Arrival, LineMaker, Report, WebhookDraft } from "./line.ts";
import { defined } from "./whatsapp.ts";

const INSTANCE = "simulator";

/** Seconds that a webhook's token lives. Source: Evolution API, webhook controller, `jwt_key`. */
const TOKEN_LIFE_S = 600;

/** WhatsApp by Evolution API on a paired phone. Source: Evolution API documentation, webhooks. */
export const evolutionLine: LineMaker = (secretOf) => {
  const apiKey = secretOf("api key");
  const secret = secretOf("webhook secret");
  const bring = (event: string, data: object, kind: SignatureKind): WebhookDraft => {
    const now = new Date();
    const key = kind === "good" ? secret : WRONG_SECRET;
    const token = { authorization: `Bearer ${signToken(key, unixSeconds(now.toISOString()))}` };
    const body = JSON.stringify({
      event,
      instance: INSTANCE,
      data,
      destination: "https://bridge.example/webhooks/evolution/webhook",
      date_time: now.toISOString(),
      sender: "14255550126@s.whatsapp.net",
      server_url: addressOf("simulator-evolution"),
      apikey: null,
    });
    const headers = { "content-type": "application/json", ...(kind !== "missing" && token) };
    return { headers, body };
  };
  return {
    description: {
      channel: "simulator-evolution",
      type: "evolution",
      account: INSTANCE,
      title: "Evolution API",
      features: {
        buttons: false,
        lists: false,
        media: true,
        location: true,
        templates: false,
        voice: true,
        batches: false,
        reads: true,
        typedChoices: true,
      },
      failures: [
        { code: "ERROR", title: "The phone reports that the message failed.", when: "later" },
        ...EVOLUTION_AT_ONCE,
      ],
    },
    module: evolution,
    settings: {
      ...GENEROUS,
      base_url: addressOf("simulator-evolution"),
      api_key: apiKey,
      instances: [INSTANCE],
      webhook_secrets: [secret],
      stickers: "answer",
      gap_min_ms: 50,
      gap_max_ms: 150,
    },
    statuses: ["sent", "delivered", "read"],
    newId: () => `3A${randomBytes(9).toString("hex").toUpperCase()}`,
    refuse: () => undefined,
    webhooks: (messages, kind) =>
      messages.map((message) => bring("messages.upsert", upsertOf(message), kind)),
    report: (report, kind) => bring("messages.update", updateOf(report), kind),
    answer: createEvolutionAnswer({ apiKey, instance: INSTANCE }),
  };
};

/** The token that the header `jwt_key` of a webhook makes the server send: HS256. Source: RFC 7519. */
function signToken(key: string, now: number): string {
  const claims = { app: "evolution", action: "webhook", iat: now, exp: now + TOKEN_LIFE_S };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

const jidOf = (person: string): string => `${person}@s.whatsapp.net`;

function upsertOf(arrival: Arrival): object {
  const { from, externalId, name, quoted, sentAt } = arrival;
  const message = messageOf(arrival.content, arrival);
  return {
    key: { remoteJid: jidOf(from), fromMe: false, id: externalId },
    pushName: name ?? "",
    status: "DELIVERY_ACK",
    message,
    ...(quoted !== undefined && { contextInfo: { stanzaId: quoted } }),
    messageType: Object.keys(message)[0],
    messageTimestamp: unixSeconds(sentAt),
    instanceId: "00000000-0000-4000-8000-000000000005",
    source: "android",
  };
}

function messageOf(content: SaidContent, { file, from }: Arrival): object {
  switch (content.type) {
    case "text":
      return { conversation: content.text };
    case "choice":
      return choiceOf(content);
    case "media": {
      const { media, caption, fileName } = content;
      const isAudio = media === "voice" || media === "audio";
      const part = {
        mimetype: file?.mimeType,
        ...(["image", "video", "document"].includes(media) && defined({ caption })),
        ...(media === "document" && defined({ fileName: fileName ?? file?.fileName })),
        ...(isAudio && { ptt: media === "voice" }),
        ...(media === "sticker" && { isAnimated: false }),
        fileSha256: file?.sha256,
      };
      return { [`${isAudio ? "audio" : media}Message`]: part };
    }
    case "location": {
      const { latitude: degreesLatitude, longitude: degreesLongitude, name, address } = content;
      const place = { degreesLatitude, degreesLongitude, ...defined({ name, address }) };
      return { locationMessage: place };
    }
    case "contact": {
      const { name, phone } = content;
      const waid = phone.replace(/\D/g, "");
      // A line break in a name would begin a line of the card.
      const shown = name.replace(/[\r\n]+/g, " ").replace(/([,;\\])/g, "\\$1");
      const vcard = `BEGIN:VCARD\nVERSION:3.0\nFN:${shown}\nTEL;waid=${waid}:${phone}\nEND:VCARD`;
      return { contactMessage: { displayName: name, vcard } };
    }
    case "reaction": {
      const key = { remoteJid: jidOf(from), fromMe: true, id: content.to };
      return { reactionMessage: { key, text: content.emoji ?? "" } };
    }
  }
}

function choiceOf(choice: Extract<SaidContent, { type: "choice" }>): object {
  const { source, id, title, description } = choice;
  switch (source) {
    case "button":
      return { buttonsResponseMessage: { selectedButtonId: id, selectedDisplayText: title } };
    case "template_button":
      return { templateButtonReplyMessage: { selectedId: id, selectedDisplayText: title } };
    case "list": {
      const singleSelectReply = { selectedRowId: id };
      return { listResponseMessage: { title, ...defined({ description }), singleSelectReply } };
    }
  }
}

/** Source: Evolution API, `renderStatus`. */
const WORDS = {
  sent: "SERVER_ACK",
  delivered: "DELIVERY_ACK",
  read: "READ",
  failed: "ERROR",
} as const;

/** Why a message failed is never told. */
function updateOf({ externalId, person, status }: Report): object {
  return {
    messageId: `cm${newKeyId().toLowerCase()}`,
    keyId: externalId,
    remoteJid: jidOf(person),
    fromMe: true,
    status: WORDS[status],
    instanceId: "00000000-0000-4000-8000-000000000005",
  };
}
