import { z } from "zod";

/** Texts of our own answers that are no personal data, although they may hold many digits. */
const OPEN_KEYS: ReadonlySet<string> = new Set([
  "account",
  "accounts",
  "code",
  "next_cursor",
  "pairing_code",
  "public_url",
  "qr",
  "trace_id",
  "version",
  "webhook_url",
]);

/**
 * What of an answer is ours by its schema, and so no phone number: a number there is a count, a length or a time, and some
 * texts are names that we gave. What the schema leaves open came from elsewhere: of it nothing is said here.
 */
export interface Figures {
  readonly isFigure: boolean;
  /** Whether a text here is one of those that are no personal data. */
  readonly isOpen: boolean;
  readonly properties: ReadonlyMap<string, Figures>;
  /** Of every other key of an object. */
  readonly rest: Figures | undefined;
  readonly items: Figures | undefined;
}

interface Draft {
  isFigure: boolean;
  isOpen: boolean;
  properties: Map<string, Draft>;
  rest: Draft | undefined;
  items: Draft | undefined;
}

const jsonSchema = z.object({
  type: z.union([z.string().transform((type) => [type]), z.array(z.string())]).default([]),
  $ref: z.string().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
});

const emptyDraft = (): Draft => ({
  isFigure: false,
  isOpen: false,
  properties: new Map(),
  rest: undefined,
  items: undefined,
});

const definitions = z.object({ $defs: z.record(z.string(), z.unknown()).default({}) });

/** Reads what the schema of an answer says of its numbers; a schema that nests in itself is read down to its first level. */
export function figuresOf(schema: z.ZodType): Figures {
  const document = z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });
  const { $defs } = definitions.parse(document);

  const add = (node: unknown, draft: Draft, within: ReadonlySet<string>, name = ""): void => {
    const parsed = jsonSchema.safeParse(node);
    if (!parsed.success) return;
    const { $ref, type, anyOf = [], oneOf = [], allOf = [], ...parts } = parsed.data;
    if ($ref !== undefined && !within.has($ref))
      add($defs[$ref.slice($ref.lastIndexOf("/") + 1)], draft, new Set([...within, $ref]), name);
    for (const choice of [...anyOf, ...oneOf, ...allOf]) add(choice, draft, within, name);
    if (type.includes("string") && OPEN_KEYS.has(name)) draft.isOpen = true;
    if (type.includes("integer") || type.includes("number")) draft.isFigure = true;
    for (const [key, value] of Object.entries(parts.properties ?? {})) {
      const property = draft.properties.get(key) ?? emptyDraft();
      draft.properties.set(key, property);
      add(value, property, within, key);
    }
    if (parts.items !== undefined) add(parts.items, (draft.items ??= emptyDraft()), within, name);
    if (typeof parts.additionalProperties === "object")
      add(parts.additionalProperties, (draft.rest ??= emptyDraft()), within);
  };

  const figures = emptyDraft();
  add(document, figures, new Set());
  return figures;
}
