import { createHmac } from "node:crypto";

/** What must be hidden, and the key that turns a phone number into the same short word on every line. */
export interface RedactionOptions {
  readonly secrets: readonly string[];
  readonly maskKey: string;
}

/** Makes any value safe to log: a copy without secrets, personal data, message texts, cycles or oversized parts. */
export type Redact = (value: unknown) => unknown;

const HIDDEN = "[redacted]";
/** Shorter values would shred ordinary words; a secret this short protects nothing. Characters. */
const SHORTEST_SECRET = 4;
const MAX_TEXT = 2_000;
const MAX_ITEMS = 50;
const MAX_DEPTH = 6;

const SECRET_KEY =
  /authorization|token|secret|passw|api[-_]?key|cookie|credential|connection[-_]?string|signature|jwt/i;
const TEXT_KEY = /^(text|body|raw_?body|caption|payload|content|message_?text|response_?text)$/i;

const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi;
const SECRET_PARAMETER =
  /([?&](?:access_token|token|secret|code|key|api_?key|sig|password|hub\.verify_token)=)[^&\s"'#]+/gi;
const URL_PASSWORD = /(\/\/[^\s/:@]*:)[^\s/@]+@/g;
/** The provider's message ids hold the person's number in base64. */
const WAMID = /wamid\.[\w+/=-]+/g;
/** A UUID is kept (first branch); a run of 8 or more digits, or a spaced number after `+`, is taken for a phone. */
const PHONE =
  /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})|\+\d[\d\s().-]{6,}\d|\d{8,}/gi;

/** Shows a phone number as a keyed hash and its last four digits: one person stays recognisable, the number does not. */
export function maskPhone(phone: string, key: string): string {
  const digits = phone.replaceAll(/\D/g, "");
  return `#${hash(digits, key)}..${digits.slice(-4)}`;
}

/** Builds the redaction of one process; `secrets` are hidden wherever they occur, also percent-encoded. */
export function createRedact(options: RedactionOptions): Redact {
  const clean = cleanText(options);
  const redact = (value: unknown, depth: number): unknown => {
    if (typeof value === "string") return clean(value);
    if (typeof value === "bigint") return clean(String(value));
    if (typeof value === "function" || typeof value === "symbol") return undefined;
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Date) return Number.isNaN(value.valueOf()) ? null : value.toISOString();
    if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
    if (depth >= MAX_DEPTH) return "[too deep]";
    if (value instanceof Error) return redact(plainError(value), depth + 1);
    if (Array.isArray(value)) {
      return value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
    }
    const entries = Object.entries(value).slice(0, MAX_ITEMS);
    return Object.fromEntries(
      entries.map(([key, item]) => [clean(key), hideByKey(key, item) ?? redact(item, depth + 1)]),
    );
  };
  return (value) => redact(value, 0);
}

/** Only these three: an HTTP client's error carries the whole request, with its authorization. */
function plainError(error: Error): Record<string, unknown> {
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  const cause = error.cause instanceof Error ? { cause: error.cause } : {};
  return { ...code, message: error.message, stack: error.stack, ...cause };
}

function hideByKey(key: string, value: unknown): string | undefined {
  const plain = typeof value === "boolean" || typeof value === "number" || value === null;
  if (plain || value === undefined) return undefined;
  if (SECRET_KEY.test(key)) return HIDDEN;
  if (!TEXT_KEY.test(key)) return undefined;
  return typeof value === "string" ? `[${value.length} characters]` : "[omitted]";
}

function cleanText({ secrets, maskKey }: RedactionOptions): (text: string) => string {
  const hidden = [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]))]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length);
  return (text) => {
    const bare = hidden.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
    const short = bare.length > MAX_TEXT ? `${bare.slice(0, MAX_TEXT)}[cut]` : bare;
    return short
      .replace(BEARER, `$1 ${HIDDEN}`)
      .replace(SECRET_PARAMETER, `$1${HIDDEN}`)
      .replace(URL_PASSWORD, `$1${HIDDEN}@`)
      .replace(WAMID, (id) => `wamid.#${hash(id, maskKey)}`)
      .replace(PHONE, (found, uuid: string | undefined) => uuid ?? maskPhone(found, maskKey));
  };
}

function hash(text: string, key: string): string {
  return createHmac("sha256", key).update(text).digest("hex").slice(0, 8);
}
