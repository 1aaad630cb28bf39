import { payloadSchema, type Payload, type Route } from "./payload.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Where version 1 puts what is specific to each message. Source: Evolution API 1.8, message DTOs. */
const NESTED: Readonly<Record<Exclude<Route, "sendReaction">, string>> = {
  sendText: "textMessage",
  sendMedia: "mediaMessage",
  sendWhatsAppAudio: "audioMessage",
  sendSticker: "stickerMessage",
  sendLocation: "locationMessage",
  sendContact: "contactMessage",
  sendPoll: "pollMessage",
  sendList: "listMessage",
  sendButtons: "buttonMessage",
  sendTemplate: "templateMessage",
};

/** Turns a call of version 2 into one of version 1: options and message apart from the number. */
export function toV1(payload: unknown): Payload {
  const { route, body } = payloadSchema.parse(payload);
  if (route === "sendReaction") return { route, body: { reactionMessage: body } };
  const { number, linkPreview, encoding, ...fields } = body;
  const options = {
    ...(linkPreview !== undefined && { linkPreview }),
    ...(encoding !== undefined && { encoding }),
  };
  const isPlain = Object.keys(options).length === 0;
  return {
    route,
    body: { number, ...(!isPlain && { options }), [NESTED[route]]: messageOf(route, fields) },
  };
}

/** Some parts have other names in version 1. */
function messageOf(route: Route, fields: Fields): unknown {
  switch (route) {
    case "sendSticker":
      return { image: fields["sticker"] };
    case "sendContact":
      return fields["contact"];
    case "sendButtons":
      return buttonsOf(fields);
    case "sendText":
    case "sendMedia":
    case "sendWhatsAppAudio":
    case "sendLocation":
    case "sendReaction":
    case "sendPoll":
    case "sendList":
    case "sendTemplate":
      return fields;
  }
}

function buttonsOf({ buttons, footer, ...rest }: Fields): Fields {
  const items: readonly unknown[] = Array.isArray(buttons) ? buttons : [];
  return {
    ...rest,
    ...(footer !== undefined && { footerText: footer }),
    buttons: items.map(toButton),
  };
}

function toButton(raw: unknown): Fields {
  const button = new Map<string, unknown>(
    typeof raw === "object" && raw !== null ? Object.entries(raw) : [],
  );
  return { buttonText: button.get("displayText"), buttonId: button.get("id") };
}
