import { z } from "zod";
import { mustStandAbove, SCOPES } from "./caller.ts";
import { nothing } from "./parameters.ts";
import { SHOWN_ROLES } from "./roles.ts";
import { defineRoute } from "./route.ts";

const whole = z.int();

/** How the installation is set up, in people's terms. Holds no secret and no address of a store. */
export const effectiveSettings = z
  .strictObject({
    version: z.string(),
    storage: z.enum(["embedded", "postgres"]),
    role: z.enum(["all", "web", "worker"]).meta({ description: "Of the process that answers." }),
    public_url: z.string().nullable(),
    chain: z.array(z.string()).meta({ description: "Backends in the order they are asked." }),
    languages: z.strictObject({
      default: z.string(),
      replies: z.array(z.string()).meta({ description: "Languages with texts of their own." }),
    }),
    retention: z
      .strictObject({
        raw_webhooks_days: whole,
        inbox_days: whole,
        parked_days: whole,
        history_days: whole,
        media_days: whole,
      })
      .meta({ description: "Days that things are kept." }),
    media: z.strictObject({
      enabled: z.boolean(),
      store: z.enum(["disk", "s3"]),
      max_bytes: whole,
      url_ttl_ms: whole,
      refused_types: z.array(z.string()),
    }),
    campaigns: z.strictObject({
      max_recipients: whole,
      bulk_share: z
        .number()
        .meta({ description: "Share of an account's speed that bulk messages may take." }),
      error_rate: z
        .number()
        .meta({ description: "Share of failures from which a campaign pauses by itself." }),
      error_sample: whole,
      error_window_ms: whole,
      currency: z.string(),
    }),
    notices: z
      .array(z.string())
      .meta({ description: "What an operator should know although nothing is wrong." }),
    channels: z.array(z.string()),
    roles: z.array(z.strictObject({ role: z.string(), scopes: z.array(z.enum(SCOPES)) })),
  })
  .meta({ id: "EffectiveSettings" });

/** The settings of this process, without the roles, which are the program's own. */
export type ShownSettings = Omit<z.output<typeof effectiveSettings>, "roles">;

/** How the installation is set up. */
export const settingsRoutes = [
  defineRoute({
    method: "get",
    path: "/settings",
    scope: "admin",
    summary: "Shows how the installation is set up; no secret is among it",
    tag: "settings",
    query: nothing,
    body: nothing,
    answer: effectiveSettings,
    handle: (_input, { settings, caller }) => {
      mustStandAbove(caller);
      return Promise.resolve({ ...settings, roles: SHOWN_ROLES });
    },
  }),
] as const;
