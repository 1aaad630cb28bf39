import { z } from "zod";
import type { ConfiguredBackend } from "../../config/modules.ts";
import type { Http, HttpRequest, HttpResponse } from "../../transport.ts";
import { parseJson } from "../api-answer.ts";
import type { Examination, Found } from "./check.ts";
import { reasonOf } from "./running.ts";
import type { Scene } from "./scene.ts";

const MAX_BYTES = 4 * 1024 * 1024;

const settingsSchema = z.object({
  url: z.string().optional(),
  api_key: z.string().optional(),
  model: z.string().optional(),
  token: z.string().optional(),
  auth_header: z.string().optional(),
});

type Settings = z.output<typeof settingsSchema>;

/** How each kind of backend is asked whether it is there, without having it answer anybody. */
const LOOKS: Readonly<
  Record<string, (base: string, settings: Settings, ask: Ask) => Promise<Found | readonly Found[]>>
> = { rasa: lookAtRasa, openai: lookAtOpenAi, http: lookAtHttpBot };

type Ask = (request: HttpRequest) => Promise<HttpResponse>;

/** Every answer backend. */
export function backends({ config, tools }: Scene, timeoutMs: number): readonly Examination[] {
  return config.backends.map((one) => backend(one, tools.http, timeoutMs));
}

function backend(
  { name, type, backend: { endpoints }, settings }: ConfiguredBackend,
  http: Http,
  timeoutMs: number,
): Examination {
  const ask: Ask = (request) => http(request, { timeoutMs, maxBytes: MAX_BYTES });
  const { url } = settingsSchema.parse(settings);
  const base = endpoints?.[0] ?? url?.replace(/\/webhooks\/.*$/, "").replace(/\/+$/, "");
  const look = LOOKS[type];
  return {
    area: "answers",
    name,
    ifSilent: "is it up, and is its address right?",
    look: async () => {
      if (base === undefined || look === undefined)
        return { level: "ok", detail: "works inside the bridge" };
      try {
        return await look(base, settingsSchema.parse(settings), ask);
      } catch (error) {
        return {
          level: "fail",
          detail: `${base} does not answer (${reasonOf(error)})`,
          fix: "start it, or correct its address",
        };
      }
    },
  };
}

const get = (url: string, headers: Readonly<Record<string, string>> = {}): HttpRequest => ({
  method: "GET",
  url,
  headers,
});

const statusSchema = z.object({ model_file: z.string().nullish(), model_id: z.string().nullish() });

async function lookAtRasa(base: string, settings: Settings, ask: Ask): Promise<readonly Found[]> {
  const hello = await ask(get(`${base}/`));
  const version = /Hello from Rasa: ([\w.+-]{1,30})/.exec(hello.body)?.[1];
  if (version === undefined)
    return [
      {
        level: "fail",
        detail: `${base} answers ${hello.status}, and not as Rasa does`,
        fix: "RASA_URL is the address of Rasa itself, without a path (usually port 5005)",
      },
    ];
  const query = settings.token === undefined ? "" : `?token=${encodeURIComponent(settings.token)}`;
  const headers = settings.auth_header === undefined ? {} : { authorization: settings.auth_header };
  const status = await ask(get(`${base}/status${query}`, headers));
  return [{ level: "ok", detail: `${base}, Rasa ${version}` }, judgeModel(status)];
}

/** Rasa answers 409 while it has no model, and 404 where its HTTP API is off, which the bridge does not need. */
function judgeModel({ status, body }: HttpResponse): Found {
  const name = "model of Rasa";
  if (status === 404)
    return { name, level: "ok", detail: "cannot be seen: Rasa runs without --enable-api" };
  if (status === 401 || status === 403)
    return {
      name,
      level: "warn",
      detail: `Rasa refuses the token (${status})`,
      fix: "correct RASA_TOKEN or RASA_AUTH_HEADER",
    };
  const model = statusSchema.safeParse(parseJson(body)).data;
  const file = (model?.model_file ?? "").split("/").at(-1) ?? "";
  if (status === 200 && model !== undefined) return { name, level: "ok", detail: file || "loaded" };
  return {
    name,
    level: "fail",
    detail: "no model is loaded: Rasa answers nothing",
    fix: "train one (`rasa train`) and start Rasa with it",
  };
}

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

async function lookAtOpenAi(
  base: string,
  { api_key: key, model }: Settings,
  ask: Ask,
): Promise<Found> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const { status, body } = await ask(get(`${base}/models`, headers));
  if (status === 401 || status === 403)
    return {
      level: "fail",
      detail: `${base} refuses the key (${status})`,
      fix: "correct OPENAI_API_KEY",
    };
  const listed = modelsSchema.safeParse(parseJson(body)).data;
  if (listed === undefined)
    return {
      level: "warn",
      detail: `${base} answers ${status} and lists no models`,
      fix: "is OPENAI_BASE_URL the address up to its version (…/v1)?",
    };
  if (listed.data.some(({ id }) => id === model))
    return { level: "ok", detail: `${base} takes the key and knows ${model ?? ""}` };
  return {
    level: "fail",
    detail: `${base} takes the key and does not know the model ${model ?? ""}`,
    fix: "correct OPENAI_MODEL, or let the key use this model",
  };
}

/** A bot is not sent anything: whatever it answers shows that something is there. */
async function lookAtHttpBot(base: string, _settings: Settings, ask: Ask): Promise<Found> {
  const { status } = await ask(get(base));
  if (status < 500) return { level: "ok", detail: `${new URL(base).origin} is there` };
  return {
    level: "warn",
    detail: `${new URL(base).origin} answers ${status}`,
    fix: "look at the bot's own log",
  };
}
