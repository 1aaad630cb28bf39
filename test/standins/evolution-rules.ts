import { isIP } from "node:net";
import { z } from "zod";

/** What an instance runs on. */
export type Integration = "baileys" | "business" | "evolution";

export interface EvolutionRules {
  readonly version: "v1" | "v2";
  readonly integration: Integration;
}

const number = z.string().regex(/^(\d{5,20}|\d{5,20}@(s\.whatsapp\.net|lid))$/);
const filled = z.string().min(1);
const url = z.string().refine(isMedia, "Owned media must be a url or base64");

const key = z.strictObject({ id: filled, remoteJid: filled, fromMe: z.boolean() });
const text = { text: filled };
const media = {
  mediatype: z.enum(["image", "document", "video", "audio"]),
  media: url,
  fileName: filled.optional(),
  caption: filled.optional(),
};
const place = { latitude: z.number(), longitude: z.number(), name: filled, address: filled };
const contact = z
  .array(
    z.strictObject({
      fullName: filled,
      phoneNumber: z.string().min(10),
      wuid: z.string().regex(/^\d{10,}$/),
      organization: z.string().optional(),
      email: z.string().optional(),
    }),
  )
  .min(1);
const reaction = { key, reaction: z.string() };
const poll = {
  name: filled.max(255),
  selectableCount: z.int().min(0).max(10),
  values: z
    .array(filled.max(100))
    .min(2)
    .max(10)
    .refine((values) => new Set(values).size === values.length, "contains duplicate item"),
};
const sections = z
  .array(
    z.strictObject({
      title: filled,
      rows: z
        .array(
          z.strictObject({ title: filled.max(24), description: filled.max(72), rowId: filled }),
        )
        .min(1),
    }),
  )
  .min(1)
  .refine((all) => all.flatMap(({ rows }) => rows).length <= 10, "has too many rows");
const list = {
  title: filled,
  description: filled.max(1024),
  footerText: filled,
  buttonText: filled.max(20),
  sections,
};
const reply = z.strictObject({ type: z.literal("reply"), displayText: filled, id: filled });
const link = z.strictObject({ type: z.literal("url"), displayText: filled, url: z.url() });
const buttons = {
  title: filled,
  description: filled.optional(),
  footer: filled.optional(),
  buttons: z.union([z.array(reply).min(1).max(3), z.array(link).min(1).max(2)]),
};
const template = { name: filled, language: filled, components: z.array(z.unknown()) };

const V2 = {
  sendText: z.strictObject({ number, ...text, linkPreview: z.boolean() }),
  sendMedia: z.strictObject({ number, ...media }),
  sendWhatsAppAudio: z.strictObject({ number, audio: url, encoding: z.boolean() }),
  sendSticker: z.strictObject({ number, sticker: url }),
  sendLocation: z.strictObject({ number, ...place }),
  sendContact: z.strictObject({ number, contact }),
  sendReaction: z.strictObject(reaction),
  sendPoll: z.strictObject({ number, ...poll }),
  sendList: z.strictObject({ number, ...list }),
  sendButtons: z.strictObject({ number, ...buttons }),
  sendTemplate: z.strictObject({ number, ...template }),
} as const;

const V1 = {
  sendText: z.strictObject({
    number,
    options: z.strictObject({ linkPreview: z.boolean() }),
    textMessage: z.strictObject(text),
  }),
  sendMedia: z.strictObject({ number, mediaMessage: z.strictObject(media) }),
  sendWhatsAppAudio: z.strictObject({
    number,
    options: z.strictObject({ encoding: z.boolean() }),
    audioMessage: z.strictObject({ audio: url }),
  }),
  sendSticker: z.strictObject({ number, stickerMessage: z.strictObject({ image: url }) }),
  sendLocation: z.strictObject({ number, locationMessage: z.strictObject(place) }),
  sendContact: z.strictObject({ number, contactMessage: contact }),
  sendReaction: z.strictObject({ reactionMessage: z.strictObject(reaction) }),
  sendPoll: z.strictObject({ number, pollMessage: z.strictObject(poll) }),
  sendList: z.strictObject({ number, listMessage: z.strictObject(list) }),
  sendButtons: z.strictObject({
    number,
    buttonMessage: z.strictObject({
      title: filled,
      description: filled.optional(),
      footerText: filled.optional(),
      buttons: z
        .array(z.strictObject({ buttonText: filled, buttonId: filled }))
        .min(1)
        .max(3),
    }),
  }),
  sendTemplate: z.strictObject({ number, templateMessage: z.strictObject(template) }),
} as const;

export type SendRoute = keyof typeof V2;

export const isSendRoute = (route: string): route is SendRoute => Object.hasOwn(V2, route);

const MISSING: Readonly<Record<Integration, readonly SendRoute[]>> = {
  baileys: ["sendTemplate"],
  business: ["sendSticker", "sendPoll"],
  evolution: [
    "sendWhatsAppAudio",
    "sendSticker",
    "sendLocation",
    "sendContact",
    "sendReaction",
    "sendPoll",
    "sendList",
    "sendTemplate",
  ],
};

/** Says why the server would not take a send, in its own shape of lists within lists; undefined where it would. */
export function refusalOf(
  { version, integration }: EvolutionRules,
  route: SendRoute,
  body: unknown,
): readonly unknown[] | undefined {
  const isOldButton = version === "v1" && route === "sendButtons" && integration !== "business";
  if (isOldButton || MISSING[integration].includes(route)) {
    return ["Method not available on this channel"];
  }
  const parsed = (version === "v1" ? V1 : V2)[route].safeParse(body);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    const owned = issues.find((issue) => issue.includes("Owned media"));
    return owned === undefined ? [issues] : ["Owned media must be a url or base64"];
  }
  if (route === "sendButtons" && integration === "business") return metaProblem(body);
  return undefined;
}

/** Lists what the server or the provider behind it would refuse in a payload as we keep it. */
export function problemsOf(rules: EvolutionRules, payload: unknown): readonly string[] {
  const parsed = z
    .strictObject({ route: z.string(), body: z.record(z.string(), z.unknown()) })
    .safeParse(payload).data;
  if (parsed === undefined || !isSendRoute(parsed.route)) return ["no payload of the channel"];
  return [refusalOf(rules, parsed.route, parsed.body) ?? []].flat(3).map(String);
}

const titled = z.object({ title: z.string().max(1024), description: z.undefined().optional() });

/** On Meta's API buttons are a body, which is the title, and nothing else. */
function metaProblem(body: unknown): readonly unknown[] | undefined {
  const inner = z.object({ buttonMessage: titled }).transform(({ buttonMessage }) => buttonMessage);
  return z.union([inner, titled]).safeParse(body).success ? undefined : [["title or description"]];
}

function isMedia(given: string): boolean {
  const host = URL.parse(given)?.hostname;
  if (host !== undefined) return /[^.]\.[^.]/.test(host) || isIP(host) !== 0;
  return given.length >= 4 && /^[\w+/]+=*$/.test(given);
}
