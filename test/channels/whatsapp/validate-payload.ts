import { z } from "zod";

/**
 * An independent reading of the Cloud API's rules for outgoing messages. It shares nothing with `src`, so that a wrong
 * constant there cannot hide here. Source: Cloud API reference, messages, interactive messages, templates.
 */

const fitting = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => text.trim() !== "", "is blank")
    .refine((text) => text.isWellFormed(), "has a lone surrogate")
    .refine((text) => !text.includes("\u0000"), "has a NUL character");

const NO_LIMIT = 1_000_000;
const link = z.url({ protocol: /^https?$/ }).max(2000);
const isUnique = (values: readonly string[]) => new Set(values).size === values.length;
const identifier = (max: number) =>
  fitting(max).refine((id) => id === id.trim(), "has leading or trailing spaces");

const media = (extra: z.ZodRawShape) =>
  z
    .strictObject({ id: fitting(NO_LIMIT).optional(), link: link.optional(), ...extra })
    .refine((value) => (value.id === undefined) !== (value.link === undefined), "needs id or link");
const caption = fitting(1024).optional();
const image = media({ caption });
const video = media({ caption });
const audio = media({ voice: z.boolean().optional() });
const document = media({ caption, filename: fitting(240).optional() });
const sticker = media({});

const text = z.strictObject({ body: fitting(4096), preview_url: z.boolean().optional() });

const coordinate = (bound: number) =>
  z
    .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)])
    .refine((value) => Math.abs(Number(value)) <= bound, `is beyond ${bound}`);
const location = z.strictObject({
  latitude: coordinate(90),
  longitude: coordinate(180),
  name: fitting(NO_LIMIT).optional(),
  address: fitting(NO_LIMIT).optional(),
});

const nameParts = ["first_name", "last_name", "middle_name", "suffix", "prefix"] as const;
const contact = z.strictObject({
  name: z
    .strictObject({
      formatted_name: fitting(NO_LIMIT),
      first_name: fitting(NO_LIMIT).optional(),
      last_name: fitting(NO_LIMIT).optional(),
      middle_name: fitting(NO_LIMIT).optional(),
      suffix: fitting(NO_LIMIT).optional(),
      prefix: fitting(NO_LIMIT).optional(),
    })
    .refine((name) => nameParts.some((part) => name[part] !== undefined), "needs a name part"),
  phones: z
    .array(
      z.strictObject({
        phone: fitting(NO_LIMIT),
        type: fitting(NO_LIMIT).optional(),
        wa_id: fitting(NO_LIMIT).optional(),
      }),
    )
    .optional(),
  emails: z
    .array(z.strictObject({ email: fitting(NO_LIMIT), type: fitting(NO_LIMIT).optional() }))
    .optional(),
  org: z.strictObject({ company: fitting(NO_LIMIT) }).optional(),
  urls: z
    .array(z.strictObject({ url: fitting(NO_LIMIT), type: fitting(NO_LIMIT).optional() }))
    .optional(),
});

const reaction = z.strictObject({
  message_id: fitting(NO_LIMIT),
  emoji: z.union([z.literal(""), fitting(64)]),
});

const textHeader = z.strictObject({ type: z.literal("text"), text: fitting(60) });
const header = z.discriminatedUnion("type", [
  textHeader,
  z.strictObject({ type: z.literal("image"), image: media({}) }),
  z.strictObject({ type: z.literal("video"), video: media({}) }),
  z.strictObject({
    type: z.literal("document"),
    document: media({ filename: fitting(240).optional() }),
  }),
]);
const body = z.strictObject({ text: fitting(1024) });
const footer = z.strictObject({ text: fitting(60) }).optional();

const replyButton = z.strictObject({
  type: z.literal("reply"),
  reply: z.strictObject({ id: identifier(256), title: fitting(20) }),
});
const replyButtons = z
  .array(replyButton)
  .min(1)
  .max(3)
  .refine((all) => isUnique(all.map((each) => each.reply.id)), "ids are not unique")
  .refine((all) => isUnique(all.map((each) => each.reply.title)), "titles are not unique");

const row = z.strictObject({
  id: identifier(200),
  title: fitting(24),
  description: fitting(72).optional(),
});
const sections = z
  .array(z.strictObject({ title: fitting(24).optional(), rows: z.array(row).min(1) }))
  .min(1)
  .max(10)
  .refine((all) => all.flatMap((each) => each.rows).length <= 10, "has more than 10 rows")
  .refine(
    (all) => all.length === 1 || all.every((each) => each.title !== undefined),
    "needs a title in each of several sections",
  )
  .refine((all) => isUnique(all.flatMap((each) => each.rows.map(({ id }) => id))), "repeats an id")
  .refine(
    (all) => isUnique(all.flatMap((each) => each.rows.map(({ title }) => title))),
    "repeats a row title",
  );

const flowParameters = z
  .strictObject({
    flow_message_version: z.literal("3"),
    flow_id: fitting(NO_LIMIT).optional(),
    flow_name: fitting(NO_LIMIT).optional(),
    flow_cta: fitting(20),
    flow_token: fitting(NO_LIMIT).optional(),
    flow_action: z.enum(["navigate", "data_exchange"]).optional(),
    flow_action_payload: z
      .strictObject({
        screen: fitting(NO_LIMIT),
        data: z.record(z.string(), z.json()).optional(),
      })
      .optional(),
    mode: z.enum(["draft", "published"]).optional(),
  })
  .refine(
    (flow) => (flow.flow_id === undefined) !== (flow.flow_name === undefined),
    "needs flow_id or flow_name",
  );

const productItem = z.strictObject({ product_retailer_id: fitting(NO_LIMIT) });
const productSections = z
  .array(
    z.strictObject({ title: fitting(24).optional(), product_items: z.array(productItem).min(1) }),
  )
  .min(1)
  .max(10)
  .refine((all) => all.flatMap((each) => each.product_items).length <= 30, "has over 30 products");

const interactive = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("button"),
    header: header.optional(),
    body,
    footer,
    action: z.strictObject({ buttons: replyButtons }),
  }),
  z.strictObject({
    type: z.literal("list"),
    header: textHeader.optional(),
    body,
    footer,
    action: z.strictObject({ button: fitting(20), sections }),
  }),
  z.strictObject({
    type: z.literal("cta_url"),
    header: header.optional(),
    body,
    footer,
    action: z.strictObject({
      name: z.literal("cta_url"),
      parameters: z.strictObject({ display_text: fitting(20), url: link }),
    }),
  }),
  z.strictObject({
    type: z.literal("location_request_message"),
    body,
    action: z.strictObject({ name: z.literal("send_location") }),
  }),
  z.strictObject({
    type: z.literal("request_contact_info"),
    body,
    action: z.strictObject({ name: z.literal("request_contact_info") }),
  }),
  z.strictObject({
    type: z.literal("flow"),
    header: header.optional(),
    body,
    footer,
    action: z.strictObject({ name: z.literal("flow"), parameters: flowParameters }),
  }),
  z.strictObject({
    type: z.literal("product"),
    body: body.optional(),
    footer,
    action: z.strictObject({
      catalog_id: fitting(NO_LIMIT),
      product_retailer_id: fitting(NO_LIMIT),
    }),
  }),
  z.strictObject({
    type: z.literal("product_list"),
    header: textHeader,
    body,
    footer,
    action: z.strictObject({ catalog_id: fitting(NO_LIMIT), sections: productSections }),
  }),
]);

const parameterText = fitting(1024).refine(
  (value) => !/[\n\r\t]| {5}/.test(value),
  "has a line break, a tab or five spaces in a row",
);
const namedParameter = { parameter_name: fitting(NO_LIMIT).optional() };
const parameter = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: parameterText, ...namedParameter }),
  z.strictObject({
    type: z.literal("currency"),
    currency: z.strictObject({
      fallback_value: parameterText,
      code: z.string().regex(/^[A-Z]{3}$/),
      amount_1000: z.int(),
    }),
    ...namedParameter,
  }),
  z.strictObject({
    type: z.literal("date_time"),
    date_time: z.strictObject({ fallback_value: parameterText }),
    ...namedParameter,
  }),
  z.strictObject({ type: z.literal("image"), image: media({}), ...namedParameter }),
  z.strictObject({ type: z.literal("video"), video: media({}), ...namedParameter }),
  z.strictObject({
    type: z.literal("document"),
    document: media({ filename: fitting(240).optional() }),
    ...namedParameter,
  }),
  z.strictObject({ type: z.literal("location"), location }),
  z.strictObject({ type: z.literal("payload"), payload: identifier(256) }),
  z.strictObject({ type: z.literal("coupon_code"), coupon_code: fitting(15) }),
  z.strictObject({ type: z.literal("action"), action: z.record(z.string(), z.json()) }),
]);
const component = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("header"), parameters: z.array(parameter).length(1) }),
  z.strictObject({ type: z.literal("body"), parameters: z.array(parameter).min(1) }),
  z.strictObject({
    type: z.literal("button"),
    sub_type: z.enum(["quick_reply", "url", "copy_code", "flow", "catalog", "mpm", "voice_call"]),
    index: z.union([z.string().regex(/^\d$/), z.int().min(0).max(9)]),
    parameters: z.array(parameter).length(1),
  }),
]);
const template = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.strictObject({
    code: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/),
    policy: z.literal("deterministic").optional(),
  }),
  components: z.array(component).min(1).optional(),
});

/** The keys of the envelope that say to whom and on whose behalf a message goes; they are not checked here. */
const ADDRESSING = [
  "messaging_product",
  "recipient_type",
  "to",
  "recipient",
  "recipient_identity_key_hash",
  "biz_opaque_callback_data",
  "context",
] as const;
const addressing = Object.fromEntries(ADDRESSING.map((key) => [key, z.unknown().optional()]));

const message = z.discriminatedUnion("type", [
  z.strictObject({ ...addressing, type: z.literal("text"), text }),
  z.strictObject({ ...addressing, type: z.literal("image"), image }),
  z.strictObject({ ...addressing, type: z.literal("video"), video }),
  z.strictObject({ ...addressing, type: z.literal("audio"), audio }),
  z.strictObject({ ...addressing, type: z.literal("document"), document }),
  z.strictObject({ ...addressing, type: z.literal("sticker"), sticker }),
  z.strictObject({ ...addressing, type: z.literal("location"), location }),
  z.strictObject({
    ...addressing,
    type: z.literal("contacts"),
    contacts: z.array(contact).min(1).max(5),
  }),
  z.strictObject({ ...addressing, type: z.literal("reaction"), reaction }),
  z.strictObject({ ...addressing, type: z.literal("interactive"), interactive }),
  z.strictObject({ ...addressing, type: z.literal("template"), template }),
]);

/**
 * Lists what the Cloud API would refuse in a message, one line per problem, each led by the place; an empty list means
 * a valid message. Addressing keys may be there or not.
 */
export function validatePayload(payload: unknown): string[] {
  const result = message.safeParse(payload);
  if (result.success) return [];
  return result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
}
