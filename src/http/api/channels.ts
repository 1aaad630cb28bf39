import { z } from "zod";
import { type AccountHealth, readAccountHealth } from "../../db/account-states.ts";
import { BridgeError } from "../../errors.ts";
import { SIMULATOR_TENANT } from "../../simulator/names.ts";
import { owns } from "./caller.ts";
import type { ApiChannel } from "./dependencies.ts";
import { nothing } from "./parameters.ts";
import { pageOf } from "./paging.ts";
import { defineRoute } from "./route.ts";

const state = z.enum(["connected", "connecting", "disconnected"]);

/** One of our accounts, with how it fares. */
const accountHealth = z
  .strictObject({
    account: z.string(),
    status: z.enum(["ok", "failing", "down"]).meta({
      description:
        "`down`: the provider says that it is not connected; `failing`: the last three messages or more were refused.",
    }),
    state: state.nullable().meta({ description: "The provider's word; null where it says none." }),
    state_detail: z.string().nullable(),
    state_since: z.iso.datetime().nullable(),
    sent_today: z.int().meta({ description: "Since midnight UTC." }),
    delivered_today: z.int(),
    read_today: z.int(),
    failed_today: z.int(),
    consecutive_errors: z.int(),
    last_sent_at: z.iso.datetime().nullable(),
    last_received_at: z.iso.datetime().nullable(),
    last_webhook_at: z.iso
      .datetime()
      .nullable()
      .meta({ description: "Of the channel; null where none was kept." }),
    quality: z
      .string()
      .nullable()
      .meta({ description: "The provider's word, `GREEN` or the like; null where it said none." }),
    messaging_limit: z
      .string()
      .nullable()
      .meta({ description: "How many people may be written to a day, as the provider writes it." }),
    notice: z
      .string()
      .nullable()
      .meta({ description: "The provider's last warning of the last 30 days." }),
  })
  .meta({ id: "AccountHealth" });

/** A channel with its accounts and what it can do. */
export const channel = z
  .strictObject({
    name: z.string(),
    type: z.string().meta({ description: "The provider." }),
    accounts: z.array(z.string()),
    delivery: z.enum(["push", "collect", "none"]),
    webhook_path: z.string(),
    webhook_url: z
      .string()
      .nullable()
      .meta({ description: "What to enter at the provider; null without a public URL." }),
    webhook_ready: z
      .boolean()
      .meta({ description: "Whether a webhook of the provider was accepted." }),
    tenant: z.string(),
    simulated: z.boolean().meta({ description: "Whether it is one of the phone simulator's." }),
    can_pair: z.boolean().meta({ description: "Whether its accounts are paired with a phone." }),
    has_templates: z.boolean(),
    window_hours: z.number().nullable().meta({
      description: "How long free-form messages are accepted after the person's last message.",
    }),
    limits: z
      .strictObject({
        per_second: z.number(),
        per_pair_burst: z.number(),
        per_pair_refill_ms: z.number(),
      })
      .nullable()
      .meta({ description: "How fast an account may send; null where nothing limits it." }),
    health: z.array(accountHealth),
  })
  .meta({ id: "Channel" });

const check = z
  .strictObject({
    account: z.string(),
    state,
    detail: z.string(),
    ms: z.int(),
  })
  .meta({ id: "AccountCheck" });

const HOUR_MS = 3_600_000;

/** Refusals in a row from which an account counts as failing. */
const FAILING_AFTER = 3;

function statusOf({ state: known, consecutive_errors: errors }: AccountHealth) {
  if (known === "disconnected") return "down";
  return errors >= FAILING_AFTER ? "failing" : "ok";
}

function describeLimits({ limits }: ApiChannel["channel"]) {
  if (limits === undefined) return null;
  const { accountPerSecond, pair } = limits;
  return {
    per_second: accountPerSecond,
    per_pair_burst: pair.burst,
    per_pair_refill_ms: pair.refillMs,
  };
}

function describe(
  name: string,
  { type, tenant, channel: configured }: ApiChannel,
  publicUrl: string | undefined,
  health: readonly AccountHealth[],
): z.output<typeof channel> {
  const path = `/webhooks/${encodeURIComponent(name)}/webhook`;
  const own = health.filter((one) => one.channel === name);
  const { pairing, windowMs } = configured;
  return {
    name,
    type,
    accounts: [...configured.accounts],
    delivery: configured.delivery,
    webhook_path: path,
    webhook_url: publicUrl === undefined ? null : `${publicUrl}${path}`,
    // Webhooks are kept for some days only; what they brought is kept longer.
    webhook_ready: own.some((one) => (one.last_webhook_at ?? one.last_received_at) !== null),
    tenant,
    simulated: tenant === SIMULATOR_TENANT,
    can_pair: configured.accounts.some((one) => pairing?.isFor(one) === true),
    has_templates: configured.templates !== undefined,
    window_hours: windowMs === undefined ? null : windowMs / HOUR_MS,
    limits: describeLimits(configured),
    health: own.map(({ channel: _name, ...rest }) => ({
      ...rest,
      status: statusOf({ channel: name, ...rest }),
    })),
  };
}

/** The configured channels. */
export const channelRoutes = [
  defineRoute({
    method: "get",
    path: "/channels",
    scope: "channels:read",
    summary: "Lists the configured channels by name, with the health of their accounts",
    tag: "channels",
    query: nothing,
    body: nothing,
    answer: pageOf(channel).meta({ id: "ChannelPage" }),
    handle: async (_input, { channels, publicUrl, db, caller }) => {
      const own = [...channels].filter(([name]) => owns(caller, name));
      const accounts = own.flatMap(([name, configured]) =>
        configured.channel.accounts.map((one) => ({ channel: name, account: one })),
      );
      const health = await readAccountHealth(db, accounts);
      const data = own.map(([name, configured]) => describe(name, configured, publicUrl, health));
      data.sort((a, b) => (a.name < b.name ? -1 : 1));
      return { data, next_cursor: null };
    },
  }),
  defineRoute({
    method: "post",
    path: "/channels/{name}/check",
    scope: "channels:write",
    summary: "Asks the provider whether the accounts of a channel work",
    tag: "channels",
    query: nothing,
    body: nothing,
    answer: z.strictObject({ data: z.array(check) }).meta({ id: "ChannelCheck" }),
    handle: async ({ name }, { channels, checkChannel, caller }) => {
      if (!channels.has(name) || !owns(caller, name))
        throw new BridgeError("request_not_found", "no channel has this name");
      const found = await checkChannel(name);
      if (found === undefined)
        throw new BridgeError("request_conflict", "this channel has no provider to ask");
      return { data: found.map((one) => ({ ...one })) };
    },
  }),
] as const;
