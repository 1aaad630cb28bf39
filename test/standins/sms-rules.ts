import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";

/** One call to the stand-in. */
export interface SmsCall {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: Buffer;
}

/** What the stand-in knows of the resource. */
export interface SmsResource {
  /** Base64. */
  readonly accessKey: string;
  readonly senders: readonly string[];
  /** Senders leased from a partner, and the partner's key. */
  readonly partner?: {
    readonly name: string;
    readonly apiKey: string;
    readonly senders: readonly string[];
  };
}

/** Why a call is refused, in the provider's words. */
export interface SmsRefusal {
  readonly status: number;
  readonly body: unknown;
}

/** Milliseconds by which the clocks may differ. Source: App Configuration documentation, HMAC authentication. */
const MAX_SKEW_MS = 15 * 60_000;

export const SMS_VERSIONS = ["2021-03-07", "2025-05-29-preview", "2026-01-23"] as const;
export type SmsVersion = (typeof SMS_VERSIONS)[number];

/** Checks the signature as the provider describes it. Source: ACS documentation, HMAC authentication. */
export function checkSignature(call: SmsCall, accessKey: string): string | undefined {
  const hash = createHash("sha256").update(call.rawBody).digest("base64");
  if (call.headers["x-ms-content-sha256"] !== hash) return "the content hash is wrong";
  const date = String(call.headers["x-ms-date"]);
  if (!(Math.abs(Date.parse(date) - Date.now()) <= MAX_SKEW_MS)) return "the date is too far off";
  const signed = `${call.method}\n${call.target}\n${date};${String(call.headers.host)};${hash}`;
  const signature = createHmac("sha256", Buffer.from(accessKey, "base64"))
    .update(signed)
    .digest("base64");
  const want = Buffer.from(
    `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
  );
  const given = Buffer.from(call.headers.authorization ?? "");
  const matches = given.length === want.length && timingSafeEqual(given, want);
  return matches ? undefined : "the signature is wrong";
}

const RFC_1123 =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

const recipient = z.strictObject({
  to: z.string().min(1),
  repeatabilityRequestId: z.guid().optional(),
  repeatabilityFirstSent: z.string().regex(RFC_1123).optional(),
});

export type SmsRecipient = z.output<typeof recipient>;

const sendOptions = {
  enableDeliveryReport: z.boolean(),
  tag: z.string().max(64).optional(),
};
const timeout = z.int().min(60).max(43_200).optional();
const key = z.string().min(1);
const partner = z.string().min(1);
interface Connect {
  readonly partner: string;
  readonly apiKey: string;
}

/** The partner's part in each version; the oldest has none. */
const CONNECT: Readonly<Record<SmsVersion, z.ZodType<Connect | undefined>>> = {
  "2021-03-07": z.undefined().optional(),
  "2025-05-29-preview": z.strictObject({ partner, apiKey: key }).optional(),
  "2026-01-23": z
    .strictObject({ partner, partnerParams: z.strictObject({ apiKey: key }) })
    .transform(({ partner: name, partnerParams }) => ({ partner: name, ...partnerParams }))
    .optional(),
};

/** The body of a send, in the form of an api-version. Source: ACS SMS REST reference, send. */
export function sendSchema(version: SmsVersion) {
  const options = z.strictObject({
    ...sendOptions,
    deliveryReportTimeoutInSeconds: version === "2021-03-07" ? z.undefined().optional() : timeout,
    messagingConnect: CONNECT[version].optional(),
  });
  return z.strictObject({
    from: z.string().min(1),
    smsRecipients: z.array(recipient).min(1).max(100),
    message: z.string().min(1).max(2048),
    smsSendOptions: options.optional(),
  });
}

export const optOutSchema = z.strictObject({
  from: z.string().min(1),
  recipients: z
    .array(z.strictObject({ to: z.string().regex(/^\+[1-9]\d{6,14}$/) }))
    .min(1)
    .max(100),
});

/** Refuses a body in the provider's form for wrong fields. Source: ACS SMS REST reference, errors. */
export function badFields(error: z.ZodError): SmsRefusal {
  const errors = Object.fromEntries(
    error.issues.map(({ path, message }) => [path.map(String).join(".") || "body", [message]]),
  );
  const title = "One or more validation errors occurred.";
  const type = "https://tools.ietf.org/html/rfc7231#section-6.5.1";
  return { status: 400, body: { type, title, status: 400, errors, traceId: "00-standin-00" } };
}

export function refuse(status: number, code: string, message: string): SmsRefusal {
  return { status, body: { error: { code, message } } };
}

/** Checks that a sender may be used, and through whom. Source: ACS documentation, Messaging Connect, errors. */
export function checkSender(
  from: string,
  connect: Connect | undefined,
  resource: SmsResource,
): SmsRefusal | undefined {
  const leased = resource.partner?.senders.includes(from) === true;
  if (!leased && !resource.senders.includes(from)) {
    return refuse(401, "Unauthorized", "The sender does not belong to the resource.");
  }
  if (!leased) return undefined;
  if (connect === undefined) {
    return refuse(400, "BadRequest", "The number needs Messaging Connect.");
  }
  if (connect.partner !== resource.partner?.name) {
    return refuse(400, "BadRequest", "The partner does not match the number.");
  }
  if (connect.apiKey === resource.partner.apiKey) return undefined;
  return refuse(401, "Unauthorized", `The partner refused the key ${connect.apiKey}.`);
}
