import { z } from "zod";
import type { Channel } from "../../src/channels/channel.ts";
import { serverSettings } from "../../src/config/settings.ts";
import type { Database } from "../../src/db/driver.ts";
import type { Claimed, OutboxRow } from "../../src/db/mailbox.ts";
import type { OutgoingRow } from "../../src/db/turns.ts";
import type { Observer } from "../../src/flow/observer.ts";
import type { CallTools } from "../../src/flow/call.ts";
import type { Http } from "../../src/transport.ts";
import { listDatabases } from "../database.ts";
import { ACCOUNT, CHANNEL } from "../db/scene.ts";

/** The server's settings as they are without a file, but for the counts and times that tests expect exactly. */
export function defaultSettings() {
  const names = Object.keys(serverSettings.shape);
  const settings = serverSettings.parse(Object.fromEntries(names.map((name) => [name, {}])));
  const tries = { maxAttempts: 5, retryBaseMs: 1_000 };
  const sends = {
    uncertainWaitMs: 60_000,
    uncertainPolicy: "resend",
    maxAgeMs: 86_400_000,
  } as const;
  return {
    ...settings,
    answers: { ...settings.answers, ...tries, chain: [], outageWaitMs: 0 },
    delivery: { ...settings.delivery, ...tries, ...sends },
  };
}

/** The quickest database there is; the suites of the stores run on every kind. */
export async function openDatabase(): Promise<Database> {
  const [quickest] = await listDatabases();
  if (quickest === undefined) throw new Error("there is no database to test on");
  return quickest.open();
}

/** An observer that keeps what it is told, one line each. */
export function recordingObserver(): Observer & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (...words: readonly (string | number)[]): void => {
    lines.push(words.join(" "));
  };
  return {
    lines,
    event: (_channel, kind) => keep("event", kind),
    notice: (_channel, { topic }) => keep("notice", topic),
    stored: (_channel, messageIds) => keep("stored", messageIds.length),
    turn: (_channel, backend, outcome) => keep("turn", backend, outcome),
    backendCalled: () => undefined,
    used: (backend, { tokensIn, tokensOut }) => keep("used", backend, tokensIn, tokensOut),
    billed: (_channel, category) => keep("billed", category),
    breaker: (backend, state) => keep("breaker", backend, state),
    send: (_channel, outcome) => keep("send", outcome),
    sendFailed: (_channel, failureClass, code) => keep("sendFailed", failureClass, code),
    status: (_channel, status) => keep("status", status),
    wait: (_channel, ms) => keep("wait", ms),
    dead: (_channel, reason) => keep("dead", reason),
    fellBack: (from, to) => keep("fellBack", from, to),
    problem: (what) => keep("problem", what),
  };
}

const receipt = z.object({
  externalId: z.string(),
  identities: z.array(z.object({ kind: z.literal("phone"), value: z.string() })).optional(),
});

/** A provider whose calls are JSON and whose answers are receipts. */
export function plainChannel(overrides: Partial<Channel> = {}): Channel {
  return {
    accounts: [ACCOUNT],
    delivery: "push",
    receive: () => ({ kind: "quarantine", reason: "not read here" }),
    reread: () => ({ kind: "quarantine", reason: "not read here" }),
    render: ({ text = "" }) => ({
      messages: [{ payload: { text }, text, notes: [], needsWindow: true }],
      notes: [],
      kept: [],
    }),
    prepare: (payload, { id }) => ({
      method: "POST",
      url: "https://provider.example/messages",
      headers: { "x-message": id },
      body: JSON.stringify(payload),
    }),
    interpret: ({ body }) => {
      const { externalId, identities } = receipt.parse(JSON.parse(body));
      return { externalId, ...(identities !== undefined && { identities }) };
    },
    reconciliation: "echo",
    maxBodyBytes: 1_000_000,
    maxTextLength: 4_096,
    endpoints: [],
    secrets: [],
    ...overrides,
  };
}

/** An HTTP client that gives the answers of a script, then receipts `wamid.1`, `wamid.2`...; it keeps the bodies sent. */
export function scriptedHttp(script: readonly unknown[] = []) {
  const left = [...script];
  const bodies: string[] = [];
  const http: Http = async ({ body = "" }) => {
    bodies.push(body);
    const next = left.shift() ?? { externalId: `wamid.${bodies.length}` };
    if (next instanceof Error) throw next;
    return { status: 200, headers: {}, body: JSON.stringify(next) };
  };
  return { http, bodies };
}

/** Tools for calls to a provider, with a cache that remembers nothing. */
export function callTools(http: Http): CallTools {
  const stream = () => Promise.reject(new Error("nothing is streamed here"));
  const cache = { get: async () => undefined, set: async () => undefined };
  return { http, stream, cache, now: () => new Date() };
}

/** A reply as the outbox holds it right after its turn. */
export function outboxRow(
  { id, payload, needsWindow }: OutgoingRow,
  changes: Partial<OutboxRow> = {},
): OutboxRow {
  const fresh = {
    status: "queued",
    origin: "reply",
    attempts: 0,
    round: 0,
    ageMs: 0,
    uncertainMs: null,
  };
  return { ...fresh, status: "queued", id, payload, needsWindow, ...changes };
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** A conversation as a worker claims it, of somebody who never wrote before. */
export const claimedWith = (changes: Partial<Claimed>): Claimed => ({
  id: "c",
  channel: CHANNEL,
  account: "1",
  contactId: "p",
  address: { account: "1", identities: [{ kind: "phone", value: "5561991112222" }] },
  lease: "1",
  wake: "1",
  fails: 0,
  contactName: null,
  username: null,
  language: null,
  startReference: null,
  paused: false,
  optedOut: false,
  hinted: false,
  apologised: false,
  menu: null,
  session: null,
  slots: {},
  properties: {},
  memory: {},
  sessionStartedAt: null,
  lastSaidAt: null,
  heldBy: null,
  bulk: false,
  quietMs: null,
  windowClosed: false,
  inbox: [],
  outbox: [],
  ...changes,
});
