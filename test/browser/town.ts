import { randomUUID } from "node:crypto";
import { hasServer } from "../database.ts";
import { ACCOUNT, ADMIN_KEY, startWorld, type World } from "../e2e/world.ts";
import { type Evolution, startEvolution } from "../standins/evolution.ts";
import type { GraphTemplate } from "../standins/graph-template-rules.ts";
import { messagesWebhook } from "../standins/graph-webhooks.ts";
import type { RasaBot } from "../standins/rasa.ts";
import { TRIAL_BUSINESS_ACCOUNT, TRIAL_TEMPLATES } from "../standins/trial-templates.ts";

const EVOLUTION = {
  apiKey: "evolution-api-key-of-the-tests",
  secret: "evolution-secret-of-the-tests-0123456789",
  instance: "prefeitura-2",
} as const;

/** Somebody with a phone: digits without `+`, and the name that the provider tells. */
export interface Townsperson {
  readonly from: string;
  readonly name: string;
}

/** One bridge with two real channels, a bot and a database, for all pages. */
export interface Town {
  readonly world: World;
  readonly evolution: Evolution;
  /** The bridge's address, without a slash at the end; another one after a restart. */
  readonly url: () => string;
  /** Calls the API with the admin key. Throws what it answers where that is a refusal. */
  readonly call: (method: string, route: string, body?: unknown) => Promise<unknown>;
  /** Posts what somebody sent to the Cloud API's number: the part of the message that tells its kind. */
  readonly write: (person: Townsperson, message: object, at?: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface TownOptions {
  readonly bot: RasaBot;
  readonly templates?: readonly GraphTemplate[];
  /** Further sections of the configuration file. */
  readonly settings?: Readonly<Record<string, object>>;
  /** What the provider reports of each message; everything where absent. */
  readonly statuses?: readonly ("sent" | "delivered" | "read")[];
  /** Where the bridge listens; the same after a restart. A free port, another one each time, where absent. */
  readonly port?: number;
}

const nowSeconds = () => Math.floor(Date.now() / 1_000);

/** Opens a town; on PostgreSQL where one is running. */
export async function openTown(options: TownOptions): Promise<Town> {
  const { bot, templates, settings, port, statuses } = options;
  const evolution = await startEvolution({
    version: "v2",
    integration: "baileys",
    apiKey: EVOLUTION.apiKey,
    instances: [EVOLUTION.instance],
    jwtKey: EVOLUTION.secret,
  });
  const world = await startWorld({
    driver: (await hasServer()) ? "postgres" : "embedded",
    bot,
    graph: {
      ...(statuses !== undefined && { statuses }),
      templates: {
        businessAccount: TRIAL_BUSINESS_ACCOUNT,
        known: [...(templates ?? []), ...TRIAL_TEMPLATES],
      },
    },
    env: {
      ...(port !== undefined && { PORT: String(port) }),
      WHATSAPP_BUSINESS_ACCOUNT_ID: TRIAL_BUSINESS_ACCOUNT,
      EVOLUTION_BASE_URL: evolution.url,
      EVOLUTION_API_KEY: EVOLUTION.apiKey,
      EVOLUTION_INSTANCE: EVOLUTION.instance,
      EVOLUTION_WEBHOOK_SECRET: EVOLUTION.secret,
    },
    settings: {
      channels: {
        whatsapp: { type: "cloud", pair_burst: 45, pair_refill_ms: 1, messages_per_second: 1_000 },
        evolution: { type: "evolution", api_version: "v2", gap_min_ms: 1, gap_max_ms: 5 },
      },
      ...settings,
    },
  }).catch(async (error: unknown) => {
    await evolution.close();
    throw error;
  });
  evolution.deliverTo(`${world.bridge().url}/webhooks/evolution/webhook`);
  const call = async (method: string, route: string, body?: unknown) => {
    const isText = typeof body === "string";
    const response = await fetch(`${world.bridge().url}/api/v1${route}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_KEY}`,
        "content-type": isText ? "text/csv" : "application/json",
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    const answer: unknown = JSON.parse(text);
    return answer;
  };
  return {
    world,
    evolution,
    url: () => world.bridge().url,
    call,
    write: async ({ from, name }, message, at = nowSeconds()) => {
      const envelope = { from, id: `wamid.${randomUUID()}`, timestamp: String(at) };
      const status = await world.post(
        messagesWebhook(ACCOUNT, {
          contacts: [{ profile: { name }, wa_id: from }],
          messages: [{ ...envelope, ...message }],
        }),
      );
      if (status !== 200) throw new Error(`the bridge answered a webhook with ${status}`);
    },
    close: async () => {
      await world.close();
      await evolution.close();
    },
  };
}
