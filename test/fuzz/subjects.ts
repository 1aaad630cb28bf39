import { readdirSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { Channel, ChannelModule, WebhookRequest } from "../../src/channels/channel.ts";
import { CHANNEL_MODULES } from "../../src/channels/index.ts";
import { CHANNEL_ID, OTHER_CHANNEL_ID, RAW_SETTINGS as ACS } from "../channels/acs/sample.ts";
import { RAW_SETTINGS as CLOUD } from "../channels/cloud/cloud-settings.ts";
import { RAW_SETTINGS as EVOLUTION } from "../channels/evolution/sample.ts";
import { RAW_SETTINGS as SERPRO } from "../channels/serpro/sample.ts";
import { RAW_SETTINGS as SMS } from "../channels/sms/sms-settings.ts";
import { upsertWebhook } from "../standins/evolution-webhooks.ts";
import { buttonWebhook, signWebhook, statusWebhook } from "../standins/graph-webhooks.ts";
import { toTree, type Tree } from "./json-tree.ts";

/** A channel that is sent bodies which its provider would never write. */
export interface Subject {
  /** Its name in the configuration, and the folder of its corpus. */
  readonly name: string;
  readonly type: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Bodies as the provider writes them, to be changed. */
  readonly seeds: readonly Tree[];
  /** What makes a body genuine: headers of the call, lower case. */
  readonly headers: (rawBody: Buffer) => Readonly<Record<string, string>>;
}

const CALLBACK_SECRET = "callback-secret-of-the-tests-0123456789";

const fixture = z.object({ body: z.unknown() });

/** The bodies of a channel's fixtures. */
function fixturesOf(channel: string): readonly unknown[] {
  const folder = new URL(`../channels/${channel}/fixtures/`, import.meta.url);
  return readdirSync(folder)
    .toSorted()
    .map((file) => fixture.parse(JSON.parse(readFileSync(new URL(file, folder), "utf8"))).body);
}

const JSON_TYPE = { "content-type": "application/json" } as const;

const secretHeader = (name: string, value: string) => () => ({ ...JSON_TYPE, [name]: value });

const evolutionV1 = upsertWebhook({
  instance: EVOLUTION.instances[0],
  from: "5521987650011@s.whatsapp.net",
  id: "3EB0V1",
  message: {
    extendedTextMessage: { text: "Oi", contextInfo: { stanzaId: "3EB0", quotedMessage: {} } },
  },
});

const inbound = { account: CLOUD.phone_number_ids[0], from: "556191234567", id: "wamid.fuzz" };

const REST_BODIES = [
  { sender: "ana", message: "oi" },
  { sender: 7, message: "/start", input_channel: "site", metadata: { page: { path: ["a", "b"] } } },
  { sender: "ana", message: null, metadata: "texto" },
] as const;

const CALLBACK_BODIES = [
  { recipient_id: "5521987650011", text: "Olá" },
  {
    recipient_id: "ana",
    text: "Escolha:",
    buttons: [
      { title: "Sim", payload: '/sim{"a":1}' },
      { title: "Não", url: "https://e.example" },
    ],
    quick_replies: [{ title: "Talvez" }],
    image: "https://e.example/a.png",
    attachment: { type: "video", payload: { src: "https://e.example/a.mp4" } },
    custom: { type: "list", sections: [{ rows: [{ id: "1", title: "Um" }] }] },
  },
  [
    { recipient_id: 5_521_987_650_011, text: "um" },
    { recipient_id: "ana", custom: { a: [1] } },
  ],
] as const;

const grid = secretHeader("x-webhook-secret", ACS.webhook_secrets);

const connectSettings = { ...ACS, channel_ids: OTHER_CHANNEL_ID };

/** Fixtures of the first registration, said to be for the second. */
const connectFixtures = fixturesOf("acs").map((body): unknown =>
  JSON.parse(JSON.stringify(body).replaceAll(CHANNEL_ID, OTHER_CHANNEL_ID)),
);

/** Every channel that takes webhooks. */
export const SUBJECTS: readonly Subject[] = [
  {
    name: "whatsapp",
    type: "cloud",
    settings: CLOUD,
    seeds: [
      ...fixturesOf("cloud"),
      buttonWebhook({ ...inbound, payload: "/sim", title: "Sim" }),
      statusWebhook({ ...inbound, status: "failed", recipient: "556191234567", code: 131_047 }),
    ].map(toTree),
    headers: (rawBody) => signWebhook(rawBody, CLOUD.app_secrets[0]).headers,
  },
  {
    name: "serpro",
    type: "serpro",
    settings: SERPRO,
    seeds: fixturesOf("serpro").map(toTree),
    headers: secretHeader("authorization", `Bearer ${SERPRO.webhook_tokens[0]}`),
  },
  { name: "acs", type: "acs", settings: ACS, seeds: fixturesOf("acs").map(toTree), headers: grid },
  {
    name: "acs-connect",
    type: "acs-connect",
    settings: connectSettings,
    seeds: connectFixtures.map(toTree),
    headers: grid,
  },
  {
    name: "sms",
    type: "sms",
    settings: SMS,
    seeds: fixturesOf("sms").map(toTree),
    headers: secretHeader("x-webhook-secret", SMS.webhook_secrets[0]),
  },
  {
    name: "evolution",
    type: "evolution",
    settings: EVOLUTION,
    seeds: [...fixturesOf("evolution"), evolutionV1].map(toTree),
    headers: secretHeader("x-webhook-secret", EVOLUTION.webhook_secrets[0]),
  },
  {
    name: "rest",
    type: "rest",
    settings: { requests_per_minute: 1_000_000, requests_per_minute_address: 10_000_000 },
    seeds: REST_BODIES.map(toTree),
    headers: () => JSON_TYPE,
  },
  {
    name: "callback",
    type: "callback",
    settings: { secrets: CALLBACK_SECRET },
    seeds: CALLBACK_BODIES.map(toTree),
    headers: secretHeader("x-webhook-secret", CALLBACK_SECRET),
  },
];

export function moduleOf({ type }: Subject): ChannelModule {
  const module = CHANNEL_MODULES.find((one) => one.type === type);
  if (module === undefined) throw new Error(`there is no channel ${type}`);
  return module;
}

/** The channel as it is configured. */
export function channelOf(subject: Subject): Channel {
  return moduleOf(subject).configure(subject.settings);
}

/** The genuine call that brings a body. */
export function callOf({ headers }: Subject, rawBody: Buffer): WebhookRequest {
  return { method: "POST", suffix: "", headers: headers(rawBody), query: {}, rawBody };
}
