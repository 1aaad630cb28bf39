import { randomUUID } from "node:crypto";
import { createHmacSigner } from "../../channels/azure/hmac.ts";
import type { SignatureKind } from "../orders.ts";
import { WRONG_SECRET } from "../secrets.ts";
import { json } from "./json.ts";
import type { LineFailure, ProviderAnswer, ProviderCall, WebhookDraft } from "./line.ts";

const TOPIC =
  "/subscriptions/00000000-0000-4000-8000-000000000000/resourcegroups/simulator/providers/microsoft.communication/communicationservices/simulator";

/** An event before Event Grid wraps it. */
export interface PlainEvent {
  readonly id?: string;
  /** What follows `Microsoft.Communication.`. */
  readonly type: string;
  readonly subject: string;
  readonly data: object;
  /** ISO 8601 UTC. */
  readonly time: string;
}

/** Failures that a resource tells at once, with the name of each. Source: ACS REST reference, error responses. */
export const AZURE_AT_ONCE: readonly (LineFailure & { readonly name: string })[] = [
  { code: "400", name: "BadRequest", title: "The request is not valid." },
  { code: "401", name: "Denied", title: "The access key is not valid." },
  { code: "429", name: "TooManyRequests", title: "Too many requests." },
  { code: "503", name: "ServiceUnavailable", title: "The service is unavailable for a moment." },
].map((one) => ({ ...one, when: "at_once" }) as const);

/** Writes a time with seven digits of a second, as the provider does. */
export const gridTime = (iso: string): string => new Date(iso).toISOString().replace("Z", "0000Z");

/** A call of Event Grid with its events; the secret is a header of the subscription's own. */
export function gridCall(
  events: readonly PlainEvent[],
  secret: string,
  kind: SignatureKind,
): WebhookDraft {
  const body = events.map(({ id, type, subject, data, time }) => ({
    id: id ?? randomUUID(),
    topic: TOPIC,
    subject,
    data,
    eventType: `Microsoft.Communication.${type}`,
    dataVersion: "1.0",
    metadataVersion: "1",
    eventTime: gridTime(time),
  }));
  const credential = { "x-bridge-secret": kind === "good" ? secret : WRONG_SECRET };
  return {
    headers: {
      "content-type": "application/json; charset=utf-8",
      "aeg-event-type": "Notification",
      "aeg-subscription-name": "SIMULATOR",
      "aeg-delivery-count": "0",
      ...(kind !== "missing" && credential),
    },
    body: JSON.stringify(body),
  };
}

/** Tells whether a call is signed with the resource's key, in the way that its date says. */
export function isSigned(call: ProviderCall, accessKey: string): boolean {
  const { headers, url, body } = call;
  const method = call.method === "POST" ? "POST" : "GET";
  const date = new Date(headers["x-ms-date"] ?? "");
  if (Number.isNaN(date.getTime())) return false;
  const request = { method, url: url.href, headers: {}, ...(body !== "" && { body }) } as const;
  const wanted = createHmacSigner(accessKey)(request, date);
  return headers["authorization"] === wanted["authorization"];
}

/** A refusal in Azure's shape. */
export function azureError(status: number, code: string, message: string): ProviderAnswer {
  const headers = { "x-ms-error-code": code, "x-ms-request-id": "simulated-trace" };
  return json(status, { error: { code, message } }, headers);
}

/** The refusal that a failure is; of the unknown ones the request is said to be wrong. */
export function azureFailure({ code, title }: LineFailure): ProviderAnswer {
  const name = AZURE_AT_ONCE.find((one) => one.code === code)?.name ?? "BadRequest";
  return azureError(Number(code), name, title);
}
