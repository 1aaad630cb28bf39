import { randomUUIDv7 } from "node:crypto";
import express, { Router } from "express";
import type { RequestHandler } from "express";
import { z } from "zod";
import type { AuditEntry } from "../db/audit.ts";
import type { CallTools } from "../flow/call.ts";
import { sendOnce } from "../flow/send.ts";
import type { Log } from "../log.ts";
import { authorize } from "./api/authorize.ts";
import { createSecretHider } from "./api/hide-secrets.ts";
import { InvalidRequest, parseRequest } from "./api/request-problem.ts";
import type { NamedChannel, RateLimitStoreFactory } from "./dependencies.ts";
import type { MessagingFacts } from "./messaging-facts.ts";
import { limiter } from "./rate-limit.ts";

/** What the two test routes need. */
export interface MessagingTestsDependencies {
  /** By name. */
  readonly channels: ReadonlyMap<string, NamedChannel>;
  readonly facts: MessagingFacts;
  readonly tools: CallTools;
  readonly adminKey: string;
  readonly limits: RateLimitStoreFactory;
  readonly log: Log;
  /** Values that must not leave the bridge, whatever a provider repeats. */
  readonly secrets: readonly string[];
  /** Throws `store_*`: then nothing is sent. */
  readonly audit: (entry: AuditEntry) => Promise<void>;
  readonly settings: {
    readonly isEnabled: boolean;
    /** The number that gets test messages where the call names none. */
    readonly recipient: string | undefined;
  };
}

/** Calls per minute and address: each may cost money. */
const PER_MINUTE = 6;

const MAX_BODY_BYTES = 16 * 1024;

/** Milliseconds for the call to the provider. */
const TIMEOUT_MS = 15_000;

/** What `/messaging/test` sends where the call brings no text. */
const TEXT = "Mensagem de teste da Ponte. / Test message of Ponte.";

const phone = z.string().regex(/^\+[1-9]\d{7,14}$/, "must be a number such as +5561...");
/** Characters of a text. Source: ACS SMS REST reference, `message`. */
const text = z.string().trim().min(1).max(2048);

const plainTest = z.strictObject({
  note: z.string().max(200).optional(),
  to: phone.optional(),
  message: text.optional(),
});

const connectTest = z.strictObject({
  channel_id: z.string().min(1).max(128),
  phone_number: phone,
  message: text,
});

/** A message to be sent, or why it cannot be. */
type Plan =
  | { readonly kind: "send"; readonly target: Target; readonly to: string; readonly text: string }
  | Refusal;

interface Target extends NamedChannel {
  readonly account: string;
}

interface Refusal {
  readonly kind: "refusal";
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

type Service = "acs_whatsapp" | "messaging_connect";

/**
 * Serves the routes by which an operator sends one message and sees at once what the provider says: `/messaging/test` over
 * WhatsApp on Azure, `/messaging-connect/test` over Messaging Connect. Nothing is queued, and nothing is tried twice.
 */
export function messagingTests(deps: MessagingTestsDependencies): Router {
  const router = Router();
  const steps: RequestHandler[] = [
    limiter({ store: deps.limits("messaging-tests"), perMinute: PER_MINUTE, log: deps.log }),
    authorize(deps.adminKey),
    // JSON under whatever name: curl calls its body a form unless told otherwise.
    express.json({ limit: MAX_BODY_BYTES, type: () => true }),
  ];
  const hideSecrets = createSecretHider(deps.secrets);
  const serve =
    (service: Service, plan: (body: unknown) => Plan): RequestHandler =>
    async (request, response) => {
      const planned = deps.settings.isEnabled ? tryPlan(plan, request.body ?? {}) : disabled();
      const outcome = planned.kind === "send" ? await run(deps, service, planned) : planned;
      response
        .status(outcome.kind === "sent" ? 200 : outcome.status)
        .set("Cache-Control", "no-store")
        .json(hideSecrets(envelopeOf(outcome, service)));
    };
  router.post(
    "/messaging/test",
    ...steps,
    serve("acs_whatsapp", (body) => planPlain(body, deps)),
  );
  router.post(
    "/messaging-connect/test",
    ...steps,
    serve("messaging_connect", (body) => planConnect(body, deps)),
  );
  return router;
}

/** These two routes answer in a shape of their own, also what is wrong with a request. */
function tryPlan(plan: (body: unknown) => Plan, body: unknown): Plan {
  try {
    return plan(body);
  } catch (thrown) {
    if (thrown instanceof InvalidRequest) return invalid(thrown);
    throw thrown;
  }
}

function planPlain(body: unknown, { channels, settings }: MessagingTestsDependencies): Plan {
  const { note, message = TEXT, to = settings.recipient } = parseRequest(plainTest, body, "body");
  const channel = [...channels.values()].find(({ type }) => type === "acs");
  const account = channel?.channel.accounts[0];
  if (channel === undefined || account === undefined) {
    return refusal(404, "unknown_channel", "no WhatsApp channel of Azure is configured");
  }
  if (to === undefined) {
    return refusal(409, "no_recipient", "set MESSAGING_TEST_RECIPIENT or send `to`");
  }
  const words = note === undefined || note.trim() === "" ? message : `${message}\n${note.trim()}`;
  return { kind: "send", target: { ...channel, account }, to, text: words };
}

function planConnect(body: unknown, { channels, facts }: MessagingTestsDependencies): Plan {
  if (facts.connect.size === 0) {
    return refusal(409, "messaging_connect_disabled", "Messaging Connect is not switched on");
  }
  const { channel_id: id, phone_number: to, message } = parseRequest(connectTest, body, "body");
  const target = findTarget(id, [...channels.values()], facts);
  if (target === undefined) {
    return refusal(404, "unknown_channel", "no channel of Messaging Connect has this id");
  }
  return { kind: "send", target, to, text: message };
}

/** Finds a channel of Messaging Connect by an account of it (a registration's GUID, an SMS sender) or by its own name. */
function findTarget(
  id: string,
  channels: readonly NamedChannel[],
  { connect }: MessagingFacts,
): Target | undefined {
  const ours = channels.filter(({ name }) => connect.has(name));
  const wanted = id.toLowerCase();
  for (const named of ours) {
    const account = named.channel.accounts.find((one) => one.toLowerCase() === wanted);
    if (account !== undefined) return { ...named, account };
  }
  const named = ours.find(({ name }) => name === wanted);
  const [account] = named?.channel.accounts ?? [];
  return named === undefined || account === undefined ? undefined : { ...named, account };
}

/** What came of a test; `ids` are the provider's, one for each message that the text became. */
type Outcome =
  | { readonly kind: "sent"; readonly ids: readonly string[] }
  | (Refusal & { readonly ids?: readonly string[] });

async function run(
  { tools, audit, log }: MessagingTestsDependencies,
  service: Service,
  { target, to, text: words }: Extract<Plan, { kind: "send" }>,
): Promise<Outcome> {
  const { name, channel, account } = target;
  const person = { kind: "phone", value: to.slice(1) } as const;
  const { messages } = channel.render({ text: words }, { account, identities: [person] });
  const recipient = `...${to.slice(-4)}`;
  const detail = { service, account, recipient, messages: messages.length };
  await audit({ actor: "admin", action: "messaging_test", subject: name, detail });
  const ids: string[] = [];
  for (const { payload } of messages) {
    const reference = { id: randomUUIDv7(), account, round: 0 };
    const result = await sendOnce(channel, payload, reference, { ...tools, timeoutMs: TIMEOUT_MS });
    if (result.outcome !== "sent") {
      const { status, code, detail: ours, provider } = result.error;
      log.warn("a test message was not sent", { channel: name, code });
      return { ...refusal(status, code, provider?.title || ours), ids };
    }
    ids.push(result.receipt.externalId);
  }
  return { kind: "sent", ids };
}

/** The answer in the shape that older integrations read. More than one id says that the text was split. */
function envelopeOf(outcome: Outcome, service: Service): object {
  const { ids = [] } = outcome;
  const all = ids.length > 1 ? { message_ids: ids } : {};
  if (outcome.kind === "sent") {
    const result = { message_id: ids[0], status: "accepted", ...all };
    return { success: true, result, service };
  }
  const { code, message } = outcome;
  // A text of several messages may have failed half-way.
  const partly = ids.length > 0 ? { result: { message_ids: ids } } : {};
  return { success: false, error: { code, message }, ...partly, service };
}

function refusal(status: number, code: string, message: string): Refusal {
  return { kind: "refusal", status, code, message };
}

function disabled(): Refusal {
  return refusal(409, "tests_disabled", "set MESSAGING_TESTS_ENABLED=true to send test messages");
}

function invalid({ complaints }: InvalidRequest): Refusal {
  const words = complaints.map((complaint) => {
    const place = "pointer" in complaint ? complaint.pointer.slice(1) : complaint.parameter;
    return [place, complaint.detail].filter((part) => part !== "").join(": ");
  });
  return refusal(422, "request_invalid", words.join("; "));
}
