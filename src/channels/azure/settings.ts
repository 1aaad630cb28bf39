import { z } from "zod";
import { list, type Variable } from "../../settings.ts";
import { isRecord } from "../whatsapp/inbound/fields.ts";
import { isAccessKey, parseConnectionString, type AzureResource } from "./connection-string.ts";

/** Event Grid itself, in the public cloud. Source: Event Grid documentation, secure webhook delivery. */
const EVENT_GRID_APP_ID = "4962773b-9cdb-44cf-a8bf-237846a00ab7";

/** Variables by which any channel of Azure knows its resource. */
export const RESOURCE_VARIABLES: readonly Variable[] = [
  { name: "ACS_CONNECTION_STRING", setting: "connection_string", secret: true },
  { name: "ACS_WHATSAPP_ENDPOINT", aliases: ["ACS_ENDPOINT"], setting: "endpoint" },
  { name: "ACS_WHATSAPP_API_KEY", setting: "api_key", secret: true },
  { name: "AZURE_CLIENT_ID", setting: "client_id" },
];

/** Variables by which any channel behind Event Grid knows genuine calls. */
export const GRID_VARIABLES: readonly Variable[] = [
  { name: "EVENT_GRID_VALIDATION_KEY", setting: "webhook_secrets", secret: true },
  { name: "EVENT_GRID_ENTRA_TENANT_ID", setting: "entra_tenant_id" },
  { name: "EVENT_GRID_ENTRA_AUDIENCE", setting: "entra_audiences" },
  { name: "EVENT_GRID_ENTRA_APP_ID", setting: "entra_app_id" },
];

const address = (error: string) =>
  z.url({ protocol: /^https?$/, error }).transform((url) => url.replace(/\/+$/, ""));

/** A word that fits a header and a query as it is. */
const secret = z.string().regex(/^[\x21-\x7e]+$/, "must be one word without spaces");

const guid = z.guid("must be a GUID").transform((value) => value.toLowerCase());

/** Settings by which any channel of Azure knows its resource; `azureRule` says how they fit together. */
export const resourceShape = {
  connection_string: z
    .string()
    .refine(
      (text) => parseConnectionString(text) !== undefined,
      "must be endpoint=…;accesskey=…, as the portal shows it",
    )
    .optional(),
  endpoint: address("must be an http or https address").optional(),
  api_key: z.string().refine(isAccessKey, "must be an access key in base64").optional(),
  /** The user-assigned managed identity; the machine's own where absent. */
  client_id: guid.optional(),
};

/** Settings by which any channel behind Event Grid knows genuine calls; `azureRule` asks for at least one way. */
export const gridShape = {
  /** Several: the old and the new one while they are changed. */
  webhook_secrets: list(secret).default([]),
  entra_tenant_id: guid.optional(),
  /** What the subscription names as its application: a client id, an id URI, or both. */
  entra_audiences: list(z.string().min(1)).default([]),
  /** Who may ask for a token: Event Grid's own application, another one in other clouds than the public. */
  entra_app_id: guid.default(EVENT_GRID_APP_ID),
  /** Who gives tokens, for other clouds than the public: for version 2, and the issuer of version 1. */
  entra_authority: address("must be an http or https address").default(
    "https://login.microsoftonline.com",
  ),
  entra_sts: address("must be an http or https address").default("https://sts.windows.net"),
};

const gridSettings = z.object(gridShape);
const resourceSettings = z.object(resourceShape);

export type GridSettings = Readonly<z.output<typeof gridSettings>>;
export type ResourceSettings = Readonly<z.output<typeof resourceSettings>>;

/** Where the resource is and what opens it: a key, or a managed identity where there is none. */
export type Resource = Omit<AzureResource, "accessKey"> & { readonly accessKey?: string };

/** Joins the two ways of naming a resource; settings that keep the rules always name one. */
export function resourceOf(settings: Partial<ResourceSettings>): Resource | undefined {
  const { connection_string: text, endpoint, api_key: accessKey } = settings;
  if (text !== undefined) return parseConnectionString(text);
  if (endpoint === undefined) return undefined;
  return { endpoint, ...(accessKey !== undefined && { accessKey }) };
}

/** Every secret among the settings, the key inside a connection string included. */
export function azureSecrets(settings: ResourceSettings & GridSettings): readonly string[] {
  const { connection_string: text, webhook_secrets: secrets } = settings;
  const { accessKey } = resourceOf(settings) ?? {};
  return [text, accessKey, ...secrets].filter((one) => one !== undefined);
}

/** Addresses of the provider that these settings name, for the check of plain http. */
export function azureEndpoints(settings: ResourceSettings & GridSettings): readonly string[] {
  const { endpoint } = resourceOf(settings) ?? {};
  const { entra_tenant_id: tenant, entra_authority: authority } = settings;
  return [
    ...(endpoint === undefined ? [] : [endpoint]),
    ...(tenant === undefined ? [] : [authority]),
  ];
}

type AzureSettings = Partial<ResourceSettings & GridSettings>;

/** What must hold of settings of a resource and of Event Grid taken together: what is wrong with a setting, if anything. */
const WRONG = {
  endpoint: ({ connection_string: text, endpoint }: AzureSettings) => {
    if (text === undefined && endpoint === undefined)
      return "is needed, with a key or a managed identity, unless there is a connection string";
    return isOther(endpoint, text, "endpoint") ? DIFFERS : undefined;
  },
  api_key: ({ connection_string: text, api_key: key }: AzureSettings) =>
    isOther(key, text, "accessKey") ? DIFFERS : undefined,
  webhook_secrets: ({ webhook_secrets: secrets, entra_tenant_id: tenant }: AzureSettings) =>
    tenant === undefined && (secrets?.length ?? 0) === 0
      ? "is needed to know genuine events, unless a tenant of Entra is set"
      : undefined,
  entra_audiences: ({ entra_audiences: audiences, entra_tenant_id: tenant }: AzureSettings) =>
    tenant !== undefined && (audiences?.length ?? 0) === 0
      ? "is needed where a tenant is set"
      : undefined,
} as const;

const DIFFERS = "differs from what the connection string says: set one of the two";

function isOther(
  given: string | undefined,
  text: string | undefined,
  part: keyof AzureResource,
): boolean {
  const parsed = text === undefined ? undefined : parseConnectionString(text);
  return parsed !== undefined && given !== undefined && given !== parsed[part];
}

/** Arguments for `refine`: one rule about settings taken together, asked also when other settings are wrong. */
export function azureRule(
  setting: keyof typeof WRONG,
): [(settings: AzureSettings) => boolean, z.core.$ZodCustomParams] {
  const wrong: (settings: AzureSettings) => string | undefined = WRONG[setting];
  return [
    (settings) => wrong(settings) === undefined,
    {
      path: [setting],
      error: ({ input }) => (isRecord(input) ? wrong(input) : undefined),
      when: ({ value, issues }) =>
        isRecord(value) && !issues.some(({ path }) => path?.[0] === setting),
    },
  ];
}
