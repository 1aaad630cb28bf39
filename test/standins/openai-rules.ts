import { z } from "zod";

/** A body as it came, JSON with braces. */
export type Body = Readonly<Record<string, unknown>>;

/** An error as OpenAI writes it. Source: OpenAI, error codes; texts as the API gave them. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly type?: string;
  readonly param?: string;
  readonly code?: string;
}

const FIELDS = {
  responses: [
    "model",
    "input",
    "instructions",
    "max_output_tokens",
    "store",
    "stream",
    "temperature",
    "text",
    "safety_identifier",
    "metadata",
  ],
  chat: [
    "model",
    "messages",
    "max_completion_tokens",
    "max_tokens",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "response_format",
    "safety_identifier",
    "metadata",
  ],
} as const;

export type Protocol = keyof typeof FIELDS;

const unknownField = (param: string): Refusal => ({
  status: 400,
  message: `Unknown parameter: '${param}'.`,
  type: "invalid_request_error",
  param,
  code: "unknown_parameter",
});

const invalid = (param: string, message: string, code?: string): Refusal => ({
  status: 400,
  message,
  type: "invalid_request_error",
  param,
  ...(code !== undefined && { code }),
});

const formats = z.looseObject({
  text: z.looseObject({ format: z.unknown() }).optional(),
  response_format: z.looseObject({ json_schema: z.unknown() }).optional(),
});

const namedSchema = z.looseObject({
  type: z.string().optional(),
  name: z.string().regex(/^[\w-]{1,64}$/),
  strict: z.literal(true),
  schema: z.unknown(),
});

/** Gives the first thing the API would refuse about a question. `isOfficial`: as OpenAI itself, not as a compatible server. */
export function findRefusal(
  protocol: Protocol,
  body: Body,
  isOfficial: boolean,
): Refusal | undefined {
  const known: readonly string[] = FIELDS[protocol];
  const strange = Object.keys(body).find((key) => !known.includes(key));
  if (strange !== undefined) return unknownField(strange);
  if (typeof body["model"] !== "string") {
    return invalid("model", "you must provide a model parameter");
  }
  return checkLength(protocol, body, isOfficial) ?? checkFormat(body);
}

function checkLength(protocol: Protocol, body: Body, isOfficial: boolean): Refusal | undefined {
  const { max_output_tokens: most, max_tokens: older, temperature } = body;
  if (protocol === "responses" && (typeof most !== "number" || most < 16)) {
    return invalid("max_output_tokens", "integer below minimum value", "integer_below_min_value");
  }
  if (isOfficial && older !== undefined) {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    return invalid("max_tokens", message, "unsupported_parameter");
  }
  if (temperature !== undefined && (typeof temperature !== "number" || temperature > 2)) {
    return invalid("temperature", "Invalid 'temperature'", "decimal_above_max_value");
  }
  return undefined;
}

function checkFormat(body: Body): Refusal | undefined {
  const { text, response_format: chat } = formats.parse(body);
  const format = text?.format ?? chat?.json_schema;
  if (format === undefined) return undefined;
  const parsed = namedSchema.safeParse(format);
  if (!parsed.success) return invalid("response_format", "Missing required parameter");
  const wrong = wrongInSchema(parsed.data.schema);
  if (wrong === undefined) return undefined;
  const message = `Invalid schema for response_format '${parsed.data.name}': ${wrong}`;
  return invalid("response_format", message, "invalid_json_schema");
}

const objectSchema = z.object({
  type: z.literal("object"),
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()),
  additionalProperties: z.literal(false),
});
const listSchema = z.strictObject({ type: z.literal("array"), items: z.unknown() });
const scalar = z.enum(["string", "number", "integer", "boolean", "null"]);
const scalarSchema = z.strictObject({ type: z.union([scalar, z.array(scalar)]) });

/** The rules of strict schemas. Source: OpenAI, structured outputs, supported schemas. */
function wrongInSchema(schema: unknown): string | undefined {
  if (scalarSchema.safeParse(schema).success) return undefined;
  const asList = listSchema.safeParse(schema);
  if (asList.success) return wrongInSchema(asList.data.items);
  const asObject = objectSchema.safeParse(schema);
  if (!asObject.success) {
    return "'additionalProperties' is required to be supplied and to be false.";
  }
  const { properties, required } = asObject.data;
  const missing = Object.keys(properties).find((key) => !required.includes(key));
  if (missing !== undefined) return `'required' must include every key. Missing '${missing}'.`;
  return Object.values(properties)
    .map(wrongInSchema)
    .find((found) => found !== undefined);
}
