import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { SmsFault } from "./sms-faults.ts";
import {
  badFields,
  checkSender,
  checkSignature,
  optOutSchema,
  refuse,
  sendSchema,
  SMS_VERSIONS,
  type SmsCall,
  type SmsRecipient,
  type SmsRefusal,
  type SmsResource,
} from "./sms-rules.ts";
import {
  receivedEvent,
  reportData,
  type ReportedSms,
  reportEvent,
  type SaidSms,
} from "./sms-webhooks.ts";
import { listen, stopListening } from "./listen.ts";

export interface SmsOptions extends SmsResource {
  /** Where events go, with the secret of the subscription in its query; may be set later with `deliverTo`. */
  readonly webhookUrl?: string;
}

/** A message the stand-in took. */
export interface SentSms {
  readonly from: string;
  readonly to: string;
  readonly message: string;
  readonly tag: string | undefined;
  readonly requestId: string | undefined;
  readonly messageId: string;
  readonly partner: string | undefined;
  /** Whether the recipient wanted nothing of the sender when the message was taken: it will be reported as failed. */
  readonly isOptedOut: boolean;
}

/** A stand-in for the SMS part of Azure Communication Services that refuses what the provider would refuse. */
export interface SmsStandin {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** Messages taken, each once however often it was asked for. */
  readonly sent: readonly SentSms[];
  /** Every call of a send that reached its rules, repeated ones too. */
  readonly calls: readonly SmsCall[];
  readonly refusals: readonly SmsRefusal[];
  /** Statuses of the events that were posted, 0 where no answer came. */
  readonly tries: readonly number[];
  /** The numbers that want nothing of a sender, as `sender recipient`. */
  readonly optedOut: ReadonlySet<string>;
  readonly script: (faults: readonly SmsFault[]) => void;
  readonly unused: () => readonly SmsFault[];
  readonly deliverTo: (webhookUrl: string) => void;
  /** Posts events once and resolves with the HTTP status, 0 where no answer came. */
  readonly post: (events: readonly object[]) => Promise<number>;
  /** A person writes: the opt-out words work at once, as at the provider. */
  readonly say: (said: SaidSms) => Promise<number>;
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const OUT = ["STOP", "ARRET", "QUIT", "END", "REVOKE", "OPT OUT", "CANCEL", "UNSUBSCRIBE"];
const BACK = ["START", "UNSTOP"];

const plus = (number: string) => (/^\d{7,}$/.test(number) ? `+${number}` : number);

interface Desk {
  readonly options: SmsOptions;
  readonly sent: SentSms[];
  readonly calls: SmsCall[];
  readonly refusals: SmsRefusal[];
  readonly faults: SmsFault[];
  readonly optedOut: Set<string>;
  /** Receipts by the repeatability id of their request. */
  readonly known: Map<string, object>;
  readonly reports: Map<string, ReportedSms>;
  readonly post: (events: readonly object[]) => Promise<number>;
  readonly pending: Set<Promise<unknown>>;
}

function accept(
  desk: Desk,
  from: string,
  to: SmsRecipient,
  rest: Pick<SentSms, "message" | "tag" | "partner">,
) {
  const messageId = `Outgoing_20261121${randomUUID()}_noam`;
  const isOptedOut = desk.optedOut.has(`${from} ${to.to}`);
  const requestId = to.repeatabilityRequestId;
  desk.sent.push({ ...rest, from, to: to.to, requestId, messageId, isOptedOut });
  const receipt = {
    to: to.to,
    messageId,
    httpStatusCode: 202,
    successful: true,
    repeatabilityResult: "accepted",
  };
  if (to.repeatabilityRequestId !== undefined) desk.known.set(to.repeatabilityRequestId, receipt);
  return receipt;
}

function report(desk: Desk, messageId: string, code: string): void {
  const message = desk.sent.find((each) => each.messageId === messageId);
  if (message === undefined) return;
  const reported = { ...message, code: message.isOptedOut ? "4007" : code };
  desk.reports.set(messageId, reported);
  const posted = desk.post([reportEvent(reported)]).finally(() => desk.pending.delete(posted));
  desk.pending.add(posted);
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** What happens once the answer is out. */
  readonly afterwards?: () => void;
}

function send(
  desk: Desk,
  call: SmsCall,
  response: ServerResponse,
  version: (typeof SMS_VERSIONS)[number],
): Answer | undefined {
  const parsed = sendSchema(version).safeParse(JSON.parse(call.rawBody.toString("utf8")));
  if (!parsed.success) return badFields(parsed.error);
  const { from, smsRecipients, message, smsSendOptions } = parsed.data;
  const connect = smsSendOptions?.messagingConnect;
  const refusal = checkSender(from, connect, desk.options);
  if (refusal !== undefined) return refusal;
  desk.calls.push(call);
  const fault = desk.faults.shift() ?? { kind: "none" };
  if (fault.kind === "raw") {
    response.writeHead(fault.status, fault.headers).end(fault.body);
    return undefined;
  }
  const fresh: string[] = [];
  const take = (recipient: SmsRecipient): object => {
    const known = desk.known.get(recipient.repeatabilityRequestId ?? "");
    if (known !== undefined) return known;
    if (!/^\+[1-9]\d{6,14}$/.test(recipient.to)) {
      const errorMessage = "Recipient number is not valid E.164.";
      return { to: recipient.to, httpStatusCode: 400, successful: false, errorMessage };
    }
    const receipt = accept(desk, from, recipient, {
      message,
      tag: smsSendOptions?.tag,
      partner: connect?.partner,
    });
    fresh.push(receipt.messageId);
    return receipt;
  };
  if (fault.kind === "item") {
    const [first] = smsRecipients;
    const item = {
      to: first?.to,
      httpStatusCode: fault.status,
      successful: false,
      errorMessage: fault.message,
    };
    return { status: 202, body: { value: [item] } };
  }
  const code = fault.kind === "report" ? fault.code : "2000";
  const tell = () => {
    for (const id of fresh) report(desk, id, code);
  };
  if (fault.kind === "hang" || fault.kind === "reset") {
    if (fault.taken) {
      smsRecipients.forEach(take);
      tell();
    }
    if (fault.kind === "reset") response.destroy();
    return undefined;
  }
  return { status: 202, body: { value: smsRecipients.map(take) }, afterwards: tell };
}

function optOut(desk: Desk, call: SmsCall, verb: string): Answer {
  const parsed = optOutSchema.safeParse(JSON.parse(call.rawBody.toString("utf8")));
  if (!parsed.success) return badFields(parsed.error);
  const { from, recipients } = parsed.data;
  if (
    !desk.options.senders.includes(from) &&
    desk.options.partner?.senders.includes(from) !== true
  ) {
    return refuse(401, "Unauthorized", "The sender does not belong to the resource.");
  }
  const value = recipients.map(({ to }) => {
    const pair = `${from} ${to}`;
    if (verb === "add") desk.optedOut.add(pair);
    if (verb === "remove") desk.optedOut.delete(pair);
    return {
      to,
      httpStatusCode: 200,
      ...(verb === "check" && { isOptedOut: desk.optedOut.has(pair) }),
    };
  });
  return { status: 200, body: { value } };
}

function serve(desk: Desk, call: SmsCall, response: ServerResponse): Answer | undefined {
  const problem = checkSignature(call, desk.options.accessKey);
  if (problem !== undefined) return refuse(401, "Denied", problem);
  const { pathname, searchParams } = new URL(call.target, "http://standin");
  const version = SMS_VERSIONS.find((each) => each === searchParams.get("api-version"));
  if (version === undefined) return refuse(400, "UnsupportedApiVersion", "No such api-version.");
  if (call.method === "POST" && call.headers["content-type"] !== "application/json") {
    return refuse(415, "UnsupportedMediaType", "The body must be JSON.");
  }
  if (call.method === "POST" && pathname === "/sms") return send(desk, call, response, version);
  const verb = /^\/sms\/optouts:(add|remove|check)$/.exec(pathname)?.[1];
  if (call.method === "POST" && verb !== undefined) return optOut(desk, call, verb);
  const id = /^\/deliveryReports\/([^/]+)$/.exec(pathname)?.[1];
  if (call.method !== "GET" || id === undefined || version !== "2026-01-23")
    return refuse(404, "NotFound", "No such resource.");
  const reported = desk.reports.get(decodeURIComponent(id));
  if (reported === undefined) return refuse(404, "NotFound", "No such report.");
  return { status: 200, body: { ...reportData(reported), tag: reported.tag } };
}

async function readCall(request: IncomingMessage): Promise<SmsCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const { method = "", url: target = "", headers } = request;
  return { method, target, headers, rawBody: Buffer.concat(chunks) };
}

async function handle(
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = serve(desk, await readCall(request), response);
  if (answer === undefined) return;
  if (answer.status >= 400) desk.refusals.push(answer);
  response.writeHead(answer.status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(answer.body), answer.afterwards);
}

/** Starts the stand-in on a free port of the loopback interface. */
export async function startSms(options: SmsOptions): Promise<SmsStandin> {
  const target = { url: options.webhookUrl };
  const tries: number[] = [];
  const post = async (events: readonly object[]): Promise<number> => {
    if (target.url === undefined) return 0;
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "aeg-event-type": "Notification",
    };
    const answer = await fetch(target.url, {
      method: "POST",
      headers,
      body: JSON.stringify(events),
    }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    tries.push(answer);
    return answer;
  };
  const desk: Desk = {
    options,
    sent: [],
    calls: [],
    refusals: [],
    faults: [],
    optedOut: new Set(),
    known: new Map(),
    reports: new Map(),
    post,
    pending: new Set(),
  };
  const server = createServer((request, response) => {
    handle(desk, request, response).catch(() => response.destroy());
  });
  const port = await listen(server);
  const settled = async () => {
    while (desk.pending.size > 0) await Promise.all(desk.pending);
  };
  return {
    url: `http://127.0.0.1:${port}`,
    sent: desk.sent,
    calls: desk.calls,
    refusals: desk.refusals,
    tries,
    optedOut: desk.optedOut,
    script: (faults) => desk.faults.push(...faults),
    unused: () => [...desk.faults],
    deliverTo: (url) => {
      target.url = url;
    },
    post,
    say: (said) => {
      const pair = `${plus(said.to)} ${plus(said.from)}`;
      const word = said.text.trim().toUpperCase();
      if (OUT.includes(word)) desk.optedOut.add(pair);
      if (BACK.includes(word)) desk.optedOut.delete(pair);
      return post([receivedEvent(said)]);
    },
    settled,
    close: async () => {
      await stopListening(server);
      await settled();
    },
  };
}
