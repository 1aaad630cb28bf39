import { randomUUID } from "node:crypto";
import { startAcs } from "../../standins/acs.ts";
import { startEvolution } from "../../standins/evolution.ts";
import { upsertWebhook } from "../../standins/evolution-webhooks.ts";
import { startGraph } from "../../standins/graph.ts";
import { buttonWebhook, textWebhook } from "../../standins/graph-webhooks.ts";
import { startSerpro } from "../../standins/serpro.ts";
import { ERROR_PAGE, type Line, NAME, type Option, PERSON } from "./line.ts";

const FAST = { pair_burst: 45, pair_refill_ms: 1 };
const BUSY = { kind: "raw", status: 429, body: "{}", headers: { "retry-after": "1" } } as const;
const HTML = { kind: "raw", status: 502, body: ERROR_PAGE } as const;
const LOST = { kind: "reset", taken: true } as const;
const EARLY = { kind: "statuses_first" } as const;
const TROUBLES = { busy: BUSY, html: HTML, lost: LOST, early: EARLY } as const;

const texts = (sent: readonly unknown[]) => sent.map((message) => JSON.stringify(message));

const secondsNow = (): number => Math.floor(Date.now() / 1_000);

/** Meta's Cloud API. */
export async function cloudLine(): Promise<Line> {
  const account = "810000000000001";
  const token = "EAAtoken-of-the-tests-0123456789";
  const appSecret = "app-secret-of-the-tests-0123456789";
  const graph = await startGraph({ token, appSecret, phoneNumberIds: [account] });
  const inbound = (id: string = randomUUID()) => ({
    account,
    from: PERSON,
    name: NAME,
    id: `wamid.${id}`,
    timestamp: secondsNow(),
  });
  return {
    channel: "whatsapp",
    env: {
      WPP_AUTHORIZATION_TOKEN: token,
      WPP_VERIFY_TOKEN: "verify-token-of-the-tests",
      WHATSAPP_APP_SECRET: appSecret,
      WPP_PHONE_NUMBER_IDENTIFIER: account,
      WHATSAPP_GRAPH_URL: graph.url,
    },
    settings: { whatsapp: { type: "cloud", ...FAST } },
    connect: (url) => graph.deliverTo(`${url}/webhooks/whatsapp/webhook`),
    say: async (text, id) => {
      await graph.post(textWebhook({ ...inbound(id), text }));
    },
    script: (trouble) => graph.script([TROUBLES[trouble]]),
    choose: async ({ payload, title }) => {
      await graph.post(buttonWebhook({ ...inbound(), payload, title }));
    },
    heard: () => texts(graph.sent),
    refusals: () => graph.refusals,
    end: "read",
    close: graph.close,
  };
}

/** Serpro, whose webhooks arrive at the given address. */
export async function serproLine(path: "serpro" | "whatsapp" = "serpro"): Promise<Line> {
  const clientId = "300400500600700";
  const clientSecret = "serpro-secret-of-the-tests";
  const token = "serpro-webhook-token-of-the-tests";
  const serpro = await startSerpro({
    clientId,
    clientSecret,
    wabaId: "200300400500600",
    isDisorderly: true,
    requestIds: "always",
    templates: [
      {
        name: "aviso",
        language: "pt_BR",
        status: "APPROVED",
        category: "UTILITY",
        components: [{ type: "BODY", text: "Olá, {{1}}: a reunião é {{2}}." }],
      },
    ],
  });
  const person = { from: PERSON, name: NAME };
  return {
    channel: "serpro",
    env: {
      SERPRO_CLIENT_ID: clientId,
      SERPRO_CLIENT_SECRET: clientSecret,
      SERPRO_WABA_ID: "200300400500600",
      SERPRO_BASE_URL: serpro.url,
      SERPRO_WEBHOOK_TOKEN: token,
    },
    settings: { serpro: { type: "serpro", ...FAST } },
    connect: (url) => serpro.deliverTo(`${url}/webhooks/${path}/webhook/${token}`),
    say: async (text, id) => {
      await serpro.say(text, { ...person, ...(id !== undefined && { id: `wamid.${id}` }) });
    },
    script: (trouble) => serpro.script([TROUBLES[trouble]]),
    choose: async ({ payload, title }) => {
      await serpro.tap(payload, title, person);
    },
    heard: () => texts(serpro.sent),
    refusals: () => serpro.refusals,
    end: "read",
    close: serpro.close,
  };
}

/** Azure Communication Services, with events in one of Event Grid's two schemas. */
export async function acsLine(
  schema: "eventgrid" | "cloudevents",
  channel: "acs" | "acs-connect" = "acs",
): Promise<Line> {
  const channelId = "4e0b6f7a-91c3-4d58-8a2e-6f1d3c5b7a90";
  const secret = "grid-secret-of-the-tests-0123456789";
  const accessKey = Buffer.from("access-key-of-the-tests").toString("base64");
  const acs = await startAcs({ accessKey, channelIds: [channelId], grid: { schema } });
  const person = { channelId, from: PERSON };
  const registration =
    channel === "acs"
      ? { WHATSAPP_CHANNEL_ID_GUID: channelId }
      : { WHATSAPP_CHANNEL_ID: channelId, MESSAGING_CONNECT_ENABLED: "true" };
  return {
    channel,
    env: {
      ...registration,
      ACS_CONNECTION_STRING: acs.connectionString,
      EVENT_GRID_VALIDATION_KEY: secret,
    },
    settings: { [channel]: { type: channel, ...FAST } },
    // The second registration's events come with those of the first: one subscription for the whole resource.
    connect: async (url) => {
      acs.grid.deliverTo(`${url}/webhooks/acs/webhook?code=${secret}`);
      if (!(await acs.grid.handshake())) throw new Error("the webhook was not registered");
    },
    say: async (text, id) => {
      await acs.grid.say({ ...person, ...(id !== undefined && { messageId: id }) }, text);
    },
    script: (trouble) => acs.script([TROUBLES[trouble]]),
    choose: async ({ payload, title }) => {
      await acs.grid.tap(person, { id: payload, title });
    },
    heard: () => texts(acs.sent.map(({ body }) => body)),
    refusals: () => acs.refusals,
    end: "read",
    close: acs.close,
  };
}

/** Evolution API over a paired phone: choices are numbers that people type. */
export async function evolutionLine(version: "v1" | "v2"): Promise<Line> {
  const secret = "evolution-secret-of-the-tests-0123456789";
  const apiKey = "evolution-api-key-of-the-tests";
  const instance = "loja-centro";
  const from = `${PERSON}@s.whatsapp.net`;
  const messageOf = (text: string) =>
    version === "v1" ? { extendedTextMessage: { text } } : { conversation: text };
  const evolution = await startEvolution({
    version,
    integration: "baileys",
    apiKey,
    instances: [instance],
    // Version 1 knows neither tokens nor headers of one's own.
    ...(version === "v2" && { jwtKey: secret }),
  });
  return {
    channel: "evolution",
    env: {
      EVOLUTION_BASE_URL: evolution.url,
      EVOLUTION_API_KEY: apiKey,
      EVOLUTION_INSTANCE: instance,
      EVOLUTION_WEBHOOK_SECRET: secret,
    },
    settings: {
      evolution: { type: "evolution", api_version: version, gap_min_ms: 1, gap_max_ms: 5 },
    },
    connect: (url) => {
      const path = version === "v2" ? "" : `/${secret}`;
      evolution.deliverTo(`${url}/webhooks/evolution/webhook${path}`);
    },
    say: async (text, id) => {
      if (id === undefined) await evolution.say(PERSON, text);
      else
        await evolution.post(
          upsertWebhook({ instance, from, id, message: messageOf(text), timestamp: secondsNow() }),
        );
    },
    script: (trouble) =>
      evolution.script([trouble === "lost" ? { kind: "hang" } : TROUBLES[trouble]]),
    choose: async ({ number }: Option) => {
      await evolution.say(PERSON, `opção ${String(number)}`);
    },
    heard: () => texts(evolution.sent.map(({ body }) => body)),
    refusals: () => evolution.refusals,
    end: "read",
    close: evolution.close,
  };
}
