import { z } from "zod";
import { type DialectOptions, wordsOf } from "../../whatsapp/dialect.ts";

const rowSchema = z.object({ title: z.string(), description: z.string().default("") });

/** A button in the words of either version. */
const buttonSchema = z
  .object({
    displayText: z.string().optional(),
    buttonText: z.string().optional(),
    url: z.string().optional(),
  })
  .transform(({ displayText, buttonText, url }) => ({
    title: displayText ?? buttonText ?? "",
    url,
  }));

const partsSchema = z.object({
  title: z.string().default(""),
  description: z.string().default(""),
  footer: z.string().optional(),
  footerText: z.string().optional(),
  buttons: z.array(buttonSchema).default([]),
  sections: z.array(z.object({ title: z.string(), rows: z.array(rowSchema) })).default([]),
});

const payloadSchema = z.union([
  z.object({ route: z.literal("sendButtons"), body: z.object({ buttonMessage: partsSchema }) }),
  z.object({ route: z.literal("sendList"), body: z.object({ listMessage: partsSchema }) }),
  z.object({ route: z.enum(["sendButtons", "sendList"]), body: partsSchema }),
]);

type Parts = z.output<typeof partsSchema>;

/** Writes buttons or a list of either version as a text with numbered choices; undefined for all other payloads. */
export function numbered(payload: unknown, options: DialectOptions): string | undefined {
  const parsed = payloadSchema.safeParse(payload).data;
  return parsed === undefined ? undefined : toText(partsOf(parsed.body), options);
}

function partsOf(body: z.output<typeof payloadSchema>["body"]): Parts {
  if ("buttonMessage" in body) return body.buttonMessage;
  return "listMessage" in body ? body.listMessage : body;
}

function toText(parts: Parts, options: DialectOptions): string {
  const words = wordsOf(options);
  // The title is ours where the bot gave none.
  const title = parts.title === words.options ? "" : parts.title;
  const footer = parts.footer ?? parts.footerText ?? "";
  const rows = parts.sections.flatMap((section) =>
    section.rows.map((row) => ({ ...row, section: section.title })),
  );
  const choices = [
    ...parts.buttons.filter(({ url }) => url === undefined),
    ...rows.map(({ title: name, description }) => ({
      title: description.trim() === "" ? name : `${name} - ${description.trim()}`,
    })),
  ];
  const links = parts.buttons.flatMap(({ title: label, url }) =>
    url === undefined ? [] : [`${label}: ${url}`],
  );
  const lines = choices.map((choice, index) => `${index + 1}. ${choice.title}`);
  return [
    title,
    parts.description,
    lines.join("\n"),
    links.join("\n"),
    footer.trim(),
    lines.length === 0 ? "" : words.answerWithNumber,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
