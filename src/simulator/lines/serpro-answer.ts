import { z } from "zod";
import { fileAnswer, json, parse, withoutPlus } from "./json.ts";
import { type Desk, type ProviderAnswer, type ProviderCall, templateProblem } from "./line.ts";
import { AT_ONCE, fromMediaId, graphError, newWamid } from "./whatsapp.ts";

/** What the played provider knows of its customer. */
interface Customer {
  readonly client: string;
  readonly clientSecret: string;
  readonly businessAccount: string;
  readonly token: string;
}

/** Seconds that a token lives. Source: published integrations, authentication. */
const TOKEN_LIFE_S = 600;

const sendSchema = z
  .object({
    destinatario: z.string().optional(),
    destinatarios: z.array(z.string()).optional(),
    nomeTemplate: z.string().optional(),
  })
  .transform(({ destinatario, destinatarios, nomeTemplate }) => ({
    to: destinatario ?? destinatarios?.[0],
    nomeTemplate,
  }));

/** Plays the relay: tokens, messages, reading signs, files, templates and the list of webhooks. */
export function createSerproAnswer(
  customer: Customer,
): (call: ProviderCall, desk: Desk) => Promise<ProviderAnswer> {
  const line = `/client/${customer.client}/v2/`;
  return async (call, desk) => {
    const { pathname } = call.url;
    if (pathname === "/oauth2/token") return giveToken(call, customer);
    if (call.headers["authorization"] !== `Bearer ${customer.token}`)
      return refuse(401, "Token inválido ou expirado");
    if (pathname === `/waba/${customer.businessAccount}/v2/templates`)
      return json(200, await desk.shelf.list());
    const route = pathname.startsWith(line) ? pathname.slice(line.length) : "";
    const [first = "", second = "", third] = route.split("/");
    switch (`${call.method} ${first}`) {
      case "POST requisicao":
        return second === "mensagem" && third !== undefined ? takeCall(call, desk) : json(200, {});
      case "GET webhook":
        return json(200, [{ id: "wh-1", uri: "https://bridge.example/webhooks/serpro/webhook" }]);
      case "GET media":
        return serveFile(second, desk);
      default:
        return refuse(404, "Recurso não encontrado");
    }
  };
}

function giveToken({ body }: ProviderCall, customer: Customer): ProviderAnswer {
  const form = new URLSearchParams(body);
  const isRight =
    form.get("client_id") === customer.client &&
    form.get("client_secret") === customer.clientSecret;
  if (!isRight) return refuse(401, "Credenciais inválidas");
  const { token } = customer;
  return json(200, { access_token: token, token_type: "Bearer", expires_in: TOKEN_LIFE_S });
}

async function takeCall({ body }: ProviderCall, desk: Desk): Promise<ProviderAnswer> {
  const { to, nomeTemplate } = sendSchema.safeParse(parse(body)).data ?? {};
  if (to === undefined) return refuse(400, "Destinatário ausente");
  const problem =
    nomeTemplate === undefined ? undefined : templateProblem(await desk.shelf.find(nomeTemplate));
  if (problem !== undefined) return json(400, graphError(problem));
  const externalId = newWamid();
  const failure = await desk.take({ person: withoutPlus(to), externalId });
  if (failure === undefined) return json(201, { id: externalId });
  const status = AT_ONCE.find(({ code }) => code === failure.code)?.status ?? 400;
  return json(status, graphError(failure));
}

async function serveFile(id: string, desk: Desk): Promise<ProviderAnswer> {
  const found = await desk.readFile(fromMediaId(id) ?? "");
  return found === undefined
    ? refuse(404, "Mídia inexistente")
    : fileAnswer(found.bytes, found.file.mimeType);
}

/** A refusal in the relay's own shape. Source: published integrations, error handling. */
function refuse(status: number, message: string): ProviderAnswer {
  return json(status, { message });
}
