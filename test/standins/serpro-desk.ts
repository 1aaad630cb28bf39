import { randomUUID } from "node:crypto";
import {
  deliverWebhook,
  serproValue,
  statusLists,
  type ValueShape,
  type WebhookTarget,
} from "./serpro-webhooks.ts";

export interface SerproOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly wabaId: string;
  /** The client id where absent. */
  readonly phoneNumberId?: string;
  /** Milliseconds a token lives; ten minutes where absent. */
  readonly tokenTtlMs?: number;
  /** Whether the answer to a token request says how long the token lives; true where absent. */
  readonly statesLifetime?: boolean;
  /** Whether the token request must name its grant. */
  readonly wantsGrant?: boolean;
  /** How a message taken is named: by a request, by the message, in Meta's shape, or in one that nobody knows. */
  readonly reply?: "request" | "number" | "wamid" | "meta" | "named" | "list" | "unknown" | "html";
  /** What is reported of each message taken; all three where absent. */
  readonly statuses?: readonly ("sent" | "delivered" | "read")[];
  /** Reports statuses out of order, and one of them twice. */
  readonly isDisorderly?: boolean;
  /** Whether statuses carry the id of the request: all, none, or those of every second message. */
  readonly requestIds?: "always" | "never" | "sometimes";
  readonly shape?: ValueShape;
  /** Whether a document by id may have a file name; true where absent. */
  readonly takesFileNames?: boolean;
  /** Whether a webhook can be registered as JSON; true where absent. Plain text always works. */
  readonly takesJsonWebhooks?: boolean;
  /** The answer to a call for the templates; an empty list where absent. */
  readonly templates?: unknown;
  /** Milliseconds before every answer. */
  readonly latencyMs?: number;
  readonly port?: number;
}

/** What the stand-in does with one send, or one token request, instead of the usual. */
export type SerproFault =
  | { readonly kind: "none" }
  /** Answers with anything. */
  | {
      readonly kind: "raw";
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Forgets every token: this call is answered with 401. */
  | { readonly kind: "expire" }
  /** Never answers, or cuts the connection; `taken` says whether the message goes out all the same. */
  | { readonly kind: "hang" | "reset"; readonly taken: boolean }
  /** Takes the message and reports it as failed. */
  | { readonly kind: "fail_later"; readonly code: number }
  /** Takes the message and delivers its statuses before it answers. */
  | { readonly kind: "statuses_first" };

/** A message the stand-in took. */
export interface SerproMessage {
  /** The last part of the address it was posted to. */
  readonly form: string;
  readonly to: string;
  readonly body: unknown;
  readonly requestId: string;
  readonly wamid: string;
}

export interface SerproUpload {
  readonly id: string;
  readonly mimeType: string;
  readonly fileName: string;
  readonly bytes: Buffer;
}

/** All that the stand-in knows and remembers. */
export interface SerproDesk {
  readonly options: SerproOptions;
  /** Tokens given out, and the time until which each is good. */
  readonly tokens: Map<string, number>;
  readonly tokenRequests: { count: number };
  readonly sent: SerproMessage[];
  readonly acknowledged: string[];
  readonly refusals: { readonly status: number; readonly message: string }[];
  readonly faults: SerproFault[];
  readonly tokenFaults: SerproFault[];
  readonly webhooks: { readonly id: string; readonly uri: string; readonly token?: string }[];
  readonly uploads: SerproUpload[];
  readonly files: Map<string, { readonly contentType: string; readonly body: Buffer }>;
  readonly target: { current: WebhookTarget | undefined };
  readonly reports: Set<Promise<void>>;
  readonly abort: AbortController;
}

export function createSerproDesk(options: SerproOptions): SerproDesk {
  return {
    options,
    tokens: new Map(),
    tokenRequests: { count: 0 },
    sent: [],
    acknowledged: [],
    refusals: [],
    faults: [],
    tokenFaults: [],
    webhooks: [],
    uploads: [],
    files: new Map(),
    target: { current: undefined },
    reports: new Set(),
    abort: new AbortController(),
  };
}

export const accountOf = ({ phoneNumberId, clientId }: SerproOptions): string =>
  phoneNumberId ?? clientId;

/** Takes a message under a new request id and a new message id. */
export function accept(desk: SerproDesk, form: string, to: string, body: unknown): SerproMessage {
  const requestId = `req-${String(desk.sent.length + 1)}`;
  const wamid = `wamid.${Buffer.from(randomUUID()).toString("base64url")}`;
  const message = { form, to, body, requestId, wamid };
  desk.sent.push(message);
  return message;
}

/** The answer to a send, in the chosen shape. */
export function replyTo({ options }: SerproDesk, { requestId, wamid, to }: SerproMessage): string {
  switch (options.reply ?? "request") {
    case "request":
      return JSON.stringify({ id: requestId });
    case "number":
      return JSON.stringify({ id: Number(requestId.slice("req-".length)) });
    case "wamid":
      return JSON.stringify({ id: wamid });
    case "meta":
      return JSON.stringify({
        contacts: [{ input: to, wa_id: to }],
        messages: [{ id: wamid }],
      });
    case "named":
      return JSON.stringify({ idRequisicao: requestId });
    case "list":
      return JSON.stringify({ requisicoes: [{ id: requestId, destinatario: to }] });
    case "unknown":
      return JSON.stringify({ situacao: "ACEITO", mensagem: "requisição recebida" });
    case "html":
      return "<html><body>OK</body></html>";
  }
}

/** Reports a message's statuses, or its failure, each until it is acknowledged. */
export async function report(
  desk: SerproDesk,
  message: SerproMessage,
  code?: number,
): Promise<void> {
  const target = desk.target.current;
  if (target === undefined) return;
  const reports = deliverStatuses(desk, target, message, code);
  desk.reports.add(reports);
  await reports;
  desk.reports.delete(reports);
}

async function deliverStatuses(
  desk: SerproDesk,
  target: WebhookTarget,
  message: SerproMessage,
  code?: number,
): Promise<void> {
  const { options } = desk;
  const place = desk.sent.indexOf(message);
  const named = options.requestIds ?? "always";
  const hasRequestId = named === "always" || (named === "sometimes" && place % 2 === 1);
  for (const status of code === undefined ? wordsOf(options) : ["failed"]) {
    const lists = statusLists({
      id: message.wamid,
      status,
      recipient: message.to,
      ...(hasRequestId && { requestId: message.requestId }),
      ...(code !== undefined && { code }),
    });
    const body = serproValue(accountOf(options), lists, options.shape ?? "root");
    await deliverWebhook(target, body, desk.abort.signal);
  }
}

function wordsOf({ statuses = ["sent", "delivered", "read"], isDisorderly }: SerproOptions) {
  return isDisorderly === true ? [...statuses.toReversed(), ...statuses.slice(0, 1)] : statuses;
}
