import { randomUUIDv7 } from "node:crypto";
import { z } from "zod";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { createCampaigns } from "../../src/campaigns/index.ts";
import type { Channel } from "../../src/channels/channel.ts";
import { cloud } from "../../src/channels/cloud/index.ts";
import { readCampaignFigures } from "../../src/db/campaign-figures.ts";
import {
  type CampaignRow,
  findCampaign,
  insertCampaign,
  type NewCampaign,
} from "../../src/db/campaigns.ts";
import type { Database } from "../../src/db/driver.ts";
import { createEngine } from "../../src/flow/engine.ts";
import { matchKey } from "../../src/identity.ts";
import { createLinks } from "../../src/media/links.ts";
import type { Http } from "../../src/transport.ts";
import { callTools, defaultSettings, recordingObserver } from "../flow/scene.ts";

export const ACCOUNTS = ["810000000000001", "810000000000002"] as const;
export const CHANNEL = "whatsapp";

/** A send as the provider got it. */
export interface Sent {
  readonly account: string;
  readonly to: string;
  /** Our id of the message. */
  readonly messageId: string;
  readonly body: string;
}

/** What the provider answers; undefined takes the message. */
export type Answer = (
  send: Sent,
  count: number,
) => { code: number; status: number } | Error | undefined;

const sendBody = z.object({ to: z.string(), biz_opaque_callback_data: z.string() });

/** A provider that keeps what it took and what it was asked. */
export function createProvider() {
  const taken: Sent[] = [];
  const asked: Sent[] = [];
  const script: { answer: Answer } = { answer: () => undefined };
  const http: Http = async ({ url, body = "" }) => {
    const { to, biz_opaque_callback_data: messageId } = sendBody.parse(JSON.parse(body));
    const account = /\/(\d+)\/messages$/.exec(url)?.[1] ?? "";
    const send = { account, to: to.replace(/^\+/, ""), messageId, body };
    asked.push(send);
    const answer = script.answer(send, asked.length);
    if (answer instanceof Error) throw answer;
    if (answer !== undefined) {
      const error = { code: answer.code, message: "refused", type: "OAuthException" };
      return { status: answer.status, headers: {}, body: JSON.stringify({ error }) };
    }
    taken.push(send);
    const receipt = {
      messaging_product: "whatsapp",
      contacts: [{ input: to, wa_id: send.to }],
      messages: [{ id: `wamid.${randomUUIDv7()}` }],
    };
    return { status: 200, headers: {}, body: JSON.stringify(receipt) };
  };
  return { http, taken, asked, script };
}

export type Provider = ReturnType<typeof createProvider>;

function cloudChannel(settings: Readonly<Record<string, unknown>> = {}): Channel {
  return cloud.configure({
    access_token: "token",
    verify_tokens: ["verify"],
    app_secrets: ["secret"],
    phone_number_ids: [...ACCOUNTS],
    messages_per_second: 1_000,
    pair_burst: 45,
    pair_refill_ms: 1,
    ...settings,
  });
}

interface ProcessOptions {
  readonly channel?: Channel;
  readonly uncertainWaitMs?: number;
  readonly now?: () => Date;
}

/** One process of the bridge as far as campaigns need it: the mailbox and the loops of campaigns. */
export function createProcess(db: Database, provider: Provider, options: ProcessOptions = {}) {
  const settings = defaultSettings();
  const observer = recordingObserver();
  const cache = createMemoryCache();
  const channel = options.channel ?? cloudChannel();
  const channels = new Map([[CHANNEL, { type: "cloud", channel }]]);
  const nothing = () => Promise.reject(new Error("no file is kept here"));
  const { uncertainWaitMs = 60_000, now = () => new Date() } = options;
  const engine = createEngine({
    ...settings,
    db,
    tools: { ...callTools(provider.http), cache },
    channels,
    backends: [],
    events: new Set(),
    delivery: { ...settings.delivery, retryBaseMs: 20, uncertainWaitMs },
    engine: { ...settings.engine, pollMs: 5 },
    cache,
    buckets: cache,
    files: {
      store: { put: nothing, open: nothing, remove: nothing, tidy: nothing },
      links: createLinks({ secret: "links", ttlMs: 1_000, now: () => new Date() }),
      baseUrl: () => "",
      settings: settings.media,
    },
    observer,
  });
  const campaigns = createCampaigns({
    db,
    channels,
    buckets: cache,
    settings: { ...settings.campaigns, bulkShare: 1, tickMs: 5 },
    now,
    onWork: engine.worker.wake,
    observer,
  });
  return {
    engine,
    campaigns,
    observer,
    start: () => {
      engine.worker.start();
      campaigns.start();
    },
    stop: async () => {
      await campaigns.stop();
      await engine.worker.stop(1_000);
    },
  };
}

/** Makes a draft. */
export async function makeCampaign(
  db: Database,
  changes: Partial<NewCampaign> = {},
): Promise<CampaignRow> {
  const made = await insertCampaign(db, {
    id: randomUUIDv7(),
    channel: CHANNEL,
    accounts: [ACCOUNTS[0]],
    name: "Aviso",
    message: { template: { name: "aviso", language: "pt_BR", params: ["{{nome}}"] } },
    values: { nome: "amigo" },
    language: null,
    route: [],
    category: null,
    startAt: null,
    ratePerSecond: null,
    hours: null,
    guard: {},
    defaultCountry: null,
    createdBy: "test",
    ...changes,
  });
  if (made === undefined) throw new Error("no campaign was made");
  return made;
}

/** The phone number of the `n`th person. */
export const phoneOf = (n: number): string => `55619${String(90_000_000 + n)}`;

/** Adds the people from `first` on. */
export async function addRecipients(
  db: Database,
  campaignId: string,
  count: number,
  first = 0,
  extra: { readonly params?: object; readonly language?: string } = {},
): Promise<void> {
  const people = Array.from({ length: count }, (_, index) => {
    const identity = { kind: "phone", value: phoneOf(first + index) } as const;
    return { id: randomUUIDv7(), identity, match_key: matchKey(identity) };
  });
  await db.query(
    `insert into campaign_recipients (id, campaign_id, identity, match_key, params, language)
     select id, $1::text::uuid, identity, match_key, $3::text::jsonb, $4::text
     from jsonb_to_recordset($2::text::jsonb) as p (id uuid, identity jsonb, match_key text)`,
    [
      campaignId,
      JSON.stringify(people),
      JSON.stringify(extra.params ?? {}),
      extra.language ?? null,
    ],
  );
}

export async function stateOf(db: Database, id: string) {
  const row = await findCampaign(db, id);
  return { state: row?.state, reason: row?.state_reason };
}

export async function figuresOf(db: Database, id: string) {
  const figures = (await readCampaignFigures(db, [id])).get(id);
  if (figures === undefined) throw new Error("there are no figures");
  return figures;
}

/** Whether the buckets make up the audience. */
export function addsUp(figures: Awaited<ReturnType<typeof figuresOf>>): boolean {
  const { queued, sent, delivered, read, failed, skipped, uncertain } = figures;
  return figures.audience === queued + sent + delivered + read + failed + skipped + uncertain;
}

/** How often each person was sent to, the most frequent count. */
export function mostOften(sends: readonly Sent[]): number {
  const counts = Map.groupBy(sends, ({ to }) => to);
  return Math.max(0, ...[...counts.values()].map((group) => group.length));
}
