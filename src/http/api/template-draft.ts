import { z } from "zod";

const namedExamples = z.array(
  z.strictObject({ param_name: z.string().min(1).max(60), example: z.string().min(1).max(1024) }),
);

const header = z.discriminatedUnion("format", [
  z.strictObject({
    type: z.literal("HEADER"),
    format: z.literal("TEXT"),
    text: z.string().min(1).max(60),
    example: z
      .strictObject({
        header_text: z.array(z.string()).optional(),
        header_text_named_params: namedExamples.optional(),
      })
      .optional(),
  }),
  z.strictObject({
    type: z.literal("HEADER"),
    format: z.enum(["IMAGE", "VIDEO", "DOCUMENT"]),
    example: z.strictObject({ header_handle: z.array(z.string().min(1)).length(1) }),
  }),
  z.strictObject({ type: z.literal("HEADER"), format: z.literal("LOCATION") }),
]);

const body = z.strictObject({
  type: z.literal("BODY"),
  text: z.string().min(1).max(1024),
  example: z
    .strictObject({
      body_text: z.array(z.array(z.string())).length(1).optional(),
      body_text_named_params: namedExamples.optional(),
    })
    .optional(),
});

const footer = z.strictObject({ type: z.literal("FOOTER"), text: z.string().min(1).max(60) });

const label = z.string().min(1).max(25);

const button = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("QUICK_REPLY"), text: label }),
  z.strictObject({
    type: z.literal("URL"),
    text: label,
    url: z.string().min(1).max(2000).startsWith("https://"),
    example: z.array(z.string()).length(1).optional(),
  }),
  z.strictObject({
    type: z.literal("PHONE_NUMBER"),
    text: label,
    phone_number: z.string().min(3).max(20),
  }),
  z.strictObject({ type: z.literal("COPY_CODE"), example: z.string().min(1).max(15) }),
]);

const buttons = z.strictObject({
  type: z.literal("BUTTONS"),
  buttons: z.array(button).min(1).max(10),
});

/** A template to be made, in WhatsApp's own words. Source: Cloud API reference, templates, components. */
export const templateDraft = z
  .strictObject({
    channel: z.string().min(1).max(63),
    name: z.string().regex(/^[a-z0-9_]{1,512}$/, "lower-case letters, digits and _ only"),
    language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, "not a language such as pt_BR"),
    category: z.enum(["AUTHENTICATION", "MARKETING", "UTILITY"]),
    components: z
      .array(z.union([header, body, footer, buttons]))
      .min(1)
      .max(4),
  })
  .meta({ id: "TemplateDraft" });
