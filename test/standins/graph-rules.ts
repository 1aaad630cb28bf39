import { z } from "zod";
import { validatePayload } from "../channels/whatsapp/validate-payload.ts";

/** A call as it reached the stand-in. */
export interface GraphCall {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface GraphRules {
  readonly token: string;
  readonly apiVersion: string;
  readonly phoneNumberIds: readonly string[];
}

export interface Refusal {
  readonly kind: "refusal";
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly details?: string;
  /** A finer code, and for it the operator's message, where the provider has one. */
  readonly subcode?: number;
}

export type CheckedCall =
  | Refusal
  | {
      readonly kind: "read";
      readonly account: string;
      readonly messageId: string;
      readonly typing: boolean;
    }
  | {
      readonly kind: "send";
      readonly account: string;
      /** The recipient as the caller wrote it: `+` and digits, or a user id. */
      readonly to: string;
      readonly opaque: string | undefined;
      readonly payload: unknown;
    };

const readSchema = z.strictObject({
  messaging_product: z.literal("whatsapp"),
  status: z.literal("read"),
  message_id: z.string().startsWith("wamid."),
  typing_indicator: z.strictObject({ type: z.literal("text") }).optional(),
});

const phone = z.string().regex(/^\+[1-9]\d{6,14}$/);
const userId = z.string().regex(/^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/);

const addressSchema = z
  .looseObject({
    messaging_product: z.literal("whatsapp"),
    recipient_type: z.literal("individual").optional(),
    to: phone.optional(),
    recipient: userId.optional(),
    biz_opaque_callback_data: z.string().max(512).optional(),
  })
  .refine((body) => body.to !== undefined || body.recipient !== undefined, "needs to or recipient");

/** Checks a call as strictly as the provider's documents allow. Source: Cloud API reference, messages, error codes. */
export function checkCall(call: GraphCall, rules: GraphRules): CheckedCall {
  const [, version, account, edge, ...rest] = call.path.split("/");
  if (call.authorization !== `Bearer ${rules.token}`) {
    return refuse(401, 190, "Error validating access token");
  }
  if (version !== rules.apiVersion || edge !== "messages" || rest.length > 0) {
    return refuse(400, 100, "(#100) Unknown path components");
  }
  if (call.method !== "POST") return refuse(400, 100, "(#100) Unsupported request");
  if (account === undefined || !rules.phoneNumberIds.includes(account)) {
    return refuse(400, 33, "(#33) This object does not exist");
  }
  if (call.contentType !== "application/json") {
    return refuse(400, 100, "(#100) The content type must be application/json");
  }
  return checkBody(call.body, account);
}

function checkBody(text: string, account: string): CheckedCall {
  const body = parse(text);
  if (body === undefined) return refuse(400, 100, "(#100) The body is not a JSON object");
  if ("status" in body) return checkRead(body, account);
  const address = addressSchema.safeParse(body);
  if (!address.success) {
    return refuse(400, 100, "(#100) Invalid parameter", z.prettifyError(address.error));
  }
  const problems = validatePayload(body);
  if (problems.length > 0) {
    return refuse(400, 131009, "(#131009) Parameter value is not valid", problems.join("\n"));
  }
  const { to, recipient, biz_opaque_callback_data: opaque } = address.data;
  return { kind: "send", account, to: to ?? recipient ?? "", opaque, payload: body };
}

function checkRead(body: object, account: string): CheckedCall {
  const read = readSchema.safeParse(body);
  if (!read.success) {
    return refuse(400, 100, "(#100) Invalid parameter", z.prettifyError(read.error));
  }
  const { message_id: messageId, typing_indicator: typing } = read.data;
  return { kind: "read", account, messageId, typing: typing !== undefined };
}

function parse(text: string): object | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && !Array.isArray(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Builds a refusal; `message` and `details` go out as the provider's error does. */
export function refuse(status: number, code: number, message: string, details?: string): Refusal {
  const base = { kind: "refusal", status, code, message } as const;
  return details === undefined ? base : { ...base, details };
}

/** Writes a refusal in the provider's error shape. Source: Cloud API reference, error handling. */
export function errorBody(refusal: Omit<Refusal, "kind" | "status">, traceId: string): string {
  const { code, message, details, subcode } = refusal;
  if (subcode !== undefined) {
    const finer = { error_subcode: subcode, is_transient: false, error_user_msg: details };
    return JSON.stringify({
      error: { message, type: "OAuthException", code, ...finer, fbtrace_id: traceId },
    });
  }
  const data =
    details === undefined ? {} : { error_data: { messaging_product: "whatsapp", details } };
  return JSON.stringify({
    error: { message, type: "OAuthException", code, ...data, fbtrace_id: traceId },
  });
}
