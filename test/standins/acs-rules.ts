import { z } from "zod";

const STABLE = ["text", "template", "image", "document", "video", "audio"];

/** Which kinds a version of the API knows. Source: Azure Communication Services REST reference, Messages. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  "2024-02-01": ["text", "template"],
  "2024-08-30": STABLE,
  "2025-01-15-preview": [...STABLE, "sticker", "reaction", "interactive"],
};

const words = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => text.trim() !== "" && text.isWellFormed() && !text.includes("\u0000"));

const address = z.url({ protocol: /^https?$/ }).max(2000);
const guid = z.guid();
const receiver = z.union([
  z.string().regex(/^\+[1-9]\d{6,14}$/),
  z.string().regex(/^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/),
]);

const envelope = {
  channelRegistrationId: guid.optional(),
  to: z.tuple([receiver]),
};

const textPart = (max: number) => z.strictObject({ kind: z.literal("text"), text: words(max) });

const mediaHeader = z.strictObject({
  kind: z.enum(["image", "video", "document"]),
  mediaUri: address,
});

const unique = (ids: readonly { readonly id: string }[]) =>
  new Set(ids.map(({ id }) => id)).size === ids.length;

const buttons = z.strictObject({
  kind: z.literal("whatsAppButtonAction"),
  content: z.strictObject({
    kind: z.literal("buttonSet"),
    buttons: z
      .array(z.strictObject({ id: words(256), title: words(20) }))
      .min(1)
      .max(3)
      .refine(unique),
  }),
});

const items = z
  .array(z.strictObject({ id: words(200), title: words(24), description: words(72) }))
  .min(1)
  .refine(unique);

const list = z.strictObject({
  kind: z.literal("whatsAppListAction"),
  content: z.strictObject({
    kind: z.literal("group"),
    title: words(20),
    groups: z
      .array(z.strictObject({ title: words(24), items }))
      .min(1)
      .max(10)
      .refine((groups) => groups.flatMap((group) => group.items).length <= 10),
  }),
});

const link = z.strictObject({
  kind: z.literal("whatsAppUrlAction"),
  content: z.strictObject({ kind: z.literal("url"), title: words(20), url: address }),
});

const interactiveMessage = z.strictObject({
  header: z.union([textPart(60), mediaHeader]).optional(),
  body: textPart(1024),
  footer: textPart(60).optional(),
  action: z.discriminatedUnion("kind", [buttons, list, link]),
});

const name = z.string().min(1);
const file = {
  name,
  url: address,
  caption: words(1024).optional(),
  fileName: words(240).optional(),
};

const value = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("text"), name, text: words(1024) }),
  z.strictObject({ kind: z.literal("image"), ...file }),
  z.strictObject({ kind: z.literal("video"), ...file }),
  z.strictObject({ kind: z.literal("document"), ...file }),
  z.strictObject({
    kind: z.literal("location"),
    name,
    latitude: z.number(),
    longitude: z.number(),
    locationName: words(1000).optional(),
    address: words(1000).optional(),
  }),
  z.strictObject({
    kind: z.literal("quickAction"),
    name,
    text: words(2000).optional(),
    payload: words(256).optional(),
  }),
]);

const reference = z.strictObject({ refValue: name });
const button = z.strictObject({ subType: z.enum(["quickReply", "url"]), refValue: name });

const bindings = z.strictObject({
  kind: z.literal("whatsApp"),
  header: z.array(reference).min(1).max(1).optional(),
  body: z.array(reference).min(1).optional(),
  buttons: z.array(button).min(1).max(10).optional(),
});

const template = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9_]{1,512}$/),
    language: z.string().regex(/^[a-z]{2,3}(?:_[A-Z]{2})?$/),
    values: z.array(value).min(1).optional(),
    bindings: bindings.optional(),
  })
  .refine(({ values = [], bindings: bound }) => {
    const { header = [], body = [], buttons: tapped = [] } = bound ?? {};
    const used = [...header, ...body, ...tapped].map(({ refValue }) => refValue).toSorted();
    const named = values.map((one) => one.name).toSorted();
    return JSON.stringify(used) === JSON.stringify(named) && new Set(named).size === named.length;
  }, "values and bindings do not match");

const medium = { mediaUri: address };
const captioned = { ...medium, caption: words(1024).optional() };

/** Everything a send may hold, as strictly as the provider's documents allow. */
export const sendSchema = z.discriminatedUnion("kind", [
  z.strictObject({ ...envelope, kind: z.literal("text"), content: words(4096) }),
  z.strictObject({ ...envelope, kind: z.literal("image"), ...captioned }),
  z.strictObject({ ...envelope, kind: z.literal("video"), ...captioned }),
  z.strictObject({
    ...envelope,
    kind: z.literal("document"),
    ...captioned,
    fileName: words(240).optional(),
  }),
  z.strictObject({ ...envelope, kind: z.literal("audio"), ...medium }),
  z.strictObject({ ...envelope, kind: z.literal("sticker"), ...medium }),
  z.strictObject({
    ...envelope,
    kind: z.literal("reaction"),
    emoji: words(32),
    messageId: words(512),
  }),
  z.strictObject({ ...envelope, kind: z.literal("interactive"), interactiveMessage }),
  z.strictObject({ ...envelope, kind: z.literal("template"), template }),
]);

/** Lists what the provider would refuse in the body of a send made under a version of the API. */
export function problemsOf(body: unknown, version = "2025-01-15-preview"): readonly string[] {
  const parsed = sendSchema.safeParse(body);
  if (!parsed.success) return [z.prettifyError(parsed.error)];
  const known = KINDS[version];
  if (known === undefined) return [`the version ${version} is not supported`];
  return known.includes(parsed.data.kind) ? [] : [`${version} has no kind ${parsed.data.kind}`];
}
