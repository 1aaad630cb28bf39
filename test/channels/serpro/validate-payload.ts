import { z } from "zod";

/**
 * An independent reading of what Serpro takes: its own field names, and Meta's limits behind them. It shares nothing with
 * `src`, so that a wrong constant there cannot hide here. Source: Serpro documentation, request packages; published
 * integrations; Cloud API reference, messages, interactive messages, templates.
 */

const fitting = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => text.trim() !== "", "is blank")
    .refine((text) => text.isWellFormed(), "has a lone surrogate")
    .refine((text) => !text.includes("\u0000"), "has a NUL character");

const NO_LIMIT = 1_000_000;
const isUnique = (values: readonly string[]) => new Set(values).size === values.length;
const identifier = (max: number) =>
  fitting(max).refine((id) => id === id.trim(), "has leading or trailing spaces");
const phone = z.string().regex(/^[1-9]\d{6,19}$/, "is not a number in digits");
const link = z.url({ protocol: /^https?$/ }).max(2000);

const destinatario = phone;
const message_id = z.string().startsWith("wamid.").optional();
const session = { destinatario, message_id };
const textoBody = fitting(1024);

const texto = z.strictObject({ ...session, body: fitting(4096), preview_url: z.boolean() });

const botoes = z.strictObject({
  ...session,
  textoBody,
  buttons: z
    .array(z.strictObject({ id: identifier(256), titulo: fitting(20) }))
    .min(1)
    .max(3)
    .refine((all) => isUnique(all.map(({ id }) => id)), "ids are not unique")
    .refine((all) => isUnique(all.map(({ titulo }) => titulo)), "titles are not unique"),
});

const row = z.strictObject({
  id: identifier(200),
  titulo: fitting(24),
  descricao: z.union([z.literal(""), fitting(72)]),
});
const lista = z.strictObject({
  ...session,
  textoBody,
  button: fitting(20),
  secoes: z
    .array(z.strictObject({ titulo: fitting(24), rows: z.array(row).min(1) }))
    .min(1)
    .max(10)
    .refine((all) => all.flatMap(({ rows }) => rows).length <= 10, "has more than 10 rows")
    .refine((all) => isUnique(all.flatMap(({ rows }) => rows.map(({ id }) => id))), "repeats an id")
    .refine(
      (all) => isUnique(all.flatMap(({ rows }) => rows.map(({ titulo }) => titulo))),
      "repeats a row title",
    ),
});

const localizacao = z.strictObject({ ...session, textoBody });

const source = { idMedia: fitting(NO_LIMIT).optional(), linkMedia: link.optional() };
const oneSource = (file: { idMedia?: unknown; linkMedia?: unknown }) =>
  (file.idMedia === undefined) !== (file.linkMedia === undefined);
const media = z
  .discriminatedUnion("tipoMedia", [
    z.strictObject({
      ...session,
      ...source,
      tipoMedia: z.literal("image"),
      caption: fitting(1024).optional(),
    }),
    z.strictObject({ ...session, ...source, tipoMedia: z.enum(["video", "audio"]) }),
    z.strictObject({
      ...session,
      ...source,
      tipoMedia: z.literal("document"),
      filename: fitting(240).optional(),
    }),
  ])
  .refine(oneSource, "needs idMedia or linkMedia");

const parameter = z.strictObject({
  tipo: z.literal("text"),
  valor: fitting(1024).refine((value) => !/[\n\r\t]| {5}/.test(value), "has breaks or wide gaps"),
});
const template = z.strictObject({
  nomeTemplate: z.string().regex(/^[a-z0-9_]{1,512}$/),
  wabaId: z.string().regex(/^\d+$/),
  destinatarios: z.array(phone).min(1),
  header: z
    .union([
      z.strictObject({ ...source, filename: fitting(240).optional() }).refine(oneSource),
      z.strictObject({ parametros: z.array(parameter).length(1) }),
    ])
    .optional(),
  body: z.strictObject({ parametros: z.array(parameter).min(1) }).optional(),
});

/** The body that each address of a message takes. */
const BODIES: Readonly<Record<string, z.ZodType>> = {
  texto,
  "interativa-botoes": botoes,
  "interativa-lista": lista,
  "interativa-localizacao": localizacao,
  media,
  template,
};

/** Lists what Serpro would refuse in a body posted to the address of a form; an empty list means that it takes it. */
export function problemsOfBody(form: string, body: unknown): string[] {
  const schema = Object.hasOwn(BODIES, form) ? BODIES[form] : undefined;
  if (schema === undefined) return [`there is no form ${form}`];
  const result = schema.safeParse(body);
  if (result.success) return [];
  return result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
}

const payload = z.strictObject({ form: z.string(), body: z.unknown() });

/** The same for a rendered payload. */
export function validatePayload(raw: unknown): string[] {
  const parsed = payload.safeParse(raw);
  return parsed.success
    ? problemsOfBody(parsed.data.form, parsed.data.body)
    : ["the payload is not a form and a body"];
}
