import type { ServerResponse } from "node:http";
import { z } from "zod";
import { errorBody, type GraphCall, type GraphRules, refuse, type Refusal } from "./graph-rules.ts";

/** The app whose webhooks are registered, and the business account that tells apps of its messages. */
export interface Registry {
  readonly appId: string;
  readonly appSecret: string;
  readonly businessAccount: string;
  /** The app's address and verify token; undefined until one is registered. */
  subscription: { url: string; verifyToken: string; fields: readonly string[] } | undefined;
  /** Ids of the apps that the account tells. */
  readonly apps: string[];
  /** What is said of the access token. */
  readonly token: { isValid: boolean; scopes: string[]; expiresAt: number };
  readonly number: { status: string; quality: string };
  /** Calls as they came: method and path. */
  readonly calls: string[];
  /** Never answers calls about the token. */
  isHanging: boolean;
}

const APP_ID = "770000000000001";

export function createRegistry(appSecret: string, businessAccount: string): Registry {
  return {
    appId: APP_ID,
    appSecret,
    businessAccount,
    subscription: undefined,
    apps: [],
    token: {
      isValid: true,
      scopes: ["whatsapp_business_messaging", "whatsapp_business_management"],
      expiresAt: 0,
    },
    number: { status: "CONNECTED", quality: "GREEN" },
    calls: [],
    isHanging: false,
  };
}

const OBJECT = "whatsapp_business_account";

const subscriptionBody = z.strictObject({
  object: z.literal(OBJECT),
  callback_url: z.url({ protocol: /^https?$/ }),
  verify_token: z.string().min(1),
  fields: z.string().regex(/^[a-z_]+(,[a-z_]+)*$/),
});

type Answer = Refusal | { readonly kind: "answer"; readonly body: object };

/** Serves calls about webhooks, tokens and numbers; undefined for any other call. */
export function serveRegistry(
  registry: Registry,
  call: GraphCall,
  rules: GraphRules,
): ((response: ServerResponse) => void) | undefined {
  const url = new URL(call.path, "http://graph.invalid");
  const [, version, node = "", edge, ...rest] = url.pathname.split("/");
  if (version !== rules.apiVersion || rest.length > 0) return undefined;
  const found = routeOf(registry, call, rules, { node, edge, query: url.searchParams });
  if (found === undefined) return undefined;
  registry.calls.push(`${call.method} ${url.pathname}`);
  return (response) => {
    if (registry.isHanging) return;
    const answer = found();
    const isRefused = answer.kind === "refusal";
    response.writeHead(isRefused ? answer.status : 200, { "content-type": "application/json" });
    response.end(isRefused ? errorBody(answer, "AStandInTrace") : JSON.stringify(answer.body));
  };
}

interface Route {
  readonly node: string;
  readonly edge: string | undefined;
  readonly query: URLSearchParams;
}

function routeOf(
  registry: Registry,
  call: GraphCall,
  rules: GraphRules,
  { node, edge, query }: Route,
): (() => Answer) | undefined {
  if (node === "debug_token" && edge === undefined)
    return () => asOwner(call, rules, () => debugToken(registry, query, rules));
  if (edge === "subscriptions") return () => serveSubscription(registry, call, node, query);
  if (edge === "subscribed_apps" && node === registry.businessAccount)
    return () => asOwner(call, rules, () => serveApps(registry, call));
  if (edge === undefined && call.method === "GET" && rules.phoneNumberIds.includes(node))
    return () => asOwner(call, rules, () => describeNumber(registry, node, query));
  return undefined;
}

function asOwner(call: GraphCall, rules: GraphRules, serve: () => Answer): Answer {
  return call.authorization === `Bearer ${rules.token}`
    ? serve()
    : refuse(401, 190, "Error validating access token");
}

const answer = (body: object): Answer => ({ kind: "answer", body });

function debugToken({ appId, token }: Registry, query: URLSearchParams, rules: GraphRules): Answer {
  if (query.get("input_token") !== rules.token) return refuse(400, 100, "(#100) Invalid parameter");
  const { isValid, scopes, expiresAt } = token;
  const known = { app_id: appId, type: "SYSTEM_USER", application: "Stand-in", user_id: "1" };
  return answer({
    data: { ...known, is_valid: isValid, scopes, expires_at: expiresAt, data_access_expires_at: 0 },
  });
}

/** An app is opened by its own token alone. Source: Graph API, app subscriptions. */
function serveSubscription(
  registry: Registry,
  call: GraphCall,
  node: string,
  query: URLSearchParams,
): Answer {
  if (node !== registry.appId) return refuse(400, 100, "(#100) This object does not exist");
  if (call.authorization !== `Bearer ${registry.appId}|${registry.appSecret}`)
    return refuse(400, 15, "(#15) This method must be called with an app access token");
  switch (call.method) {
    case "GET":
      return answer({ data: listed(registry) });
    case "POST":
      return register(registry, call);
    case "DELETE":
      if (query.get("object") !== OBJECT) return refuse(400, 100, "(#100) Invalid parameter");
      registry.subscription = undefined;
      return answer({ success: true });
    default:
      return refuse(400, 100, "(#100) Unsupported request");
  }
}

function listed({ subscription }: Registry): readonly object[] {
  if (subscription === undefined) return [];
  const { url, fields } = subscription;
  const named = fields.map((name) => ({ name, version: "v25.0" }));
  return [{ object: OBJECT, callback_url: url, active: true, fields: named }];
}

function register(registry: Registry, { body, contentType }: GraphCall): Answer {
  if (contentType !== "application/json") return refuse(400, 100, "(#100) Not JSON");
  const wanted = subscriptionBody.safeParse(JSON.parse(body));
  if (!wanted.success)
    return refuse(400, 100, "(#100) Invalid parameter", z.prettifyError(wanted.error));
  const { callback_url: url, verify_token: verifyToken, fields } = wanted.data;
  registry.subscription = { url, verifyToken, fields: fields.split(",") };
  return answer({ success: true });
}

function serveApps(registry: Registry, call: GraphCall): Answer {
  const { apps, appId } = registry;
  switch (call.method) {
    case "GET":
      return answer({
        data: apps.map((id) => ({
          whatsapp_business_api_data: { id, name: `App ${id}`, link: "https://example.org" },
        })),
      });
    case "POST":
      if (call.body !== "") return refuse(400, 100, "(#100) Unexpected body");
      if (!apps.includes(appId)) apps.push(appId);
      return answer({ success: true });
    case "DELETE":
      if (apps.includes(appId)) apps.splice(apps.indexOf(appId), 1);
      return answer({ success: true });
    default:
      return refuse(400, 100, "(#100) Unsupported request");
  }
}

function describeNumber({ number }: Registry, id: string, query: URLSearchParams): Answer {
  const known: Readonly<Record<string, unknown>> = {
    id,
    display_phone_number: "+55 61 9000-0001",
    verified_name: "Prefeitura de Exemplo",
    status: number.status,
    quality_rating: number.quality,
    name_status: "APPROVED",
    account_mode: "LIVE",
  };
  const wanted = ["id", ...(query.get("fields") ?? "").split(",")];
  return answer(Object.fromEntries(wanted.map((field) => [field, known[field]])));
}
