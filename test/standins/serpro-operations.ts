import { z } from "zod";
import type { SerproDesk } from "./serpro-desk.ts";
import { json, parse, refuse, type SerproAnswer, type SerproCall } from "./serpro-answers.ts";

const readSchema = z.strictObject({ message_id: z.string().startsWith("wamid.") });

const webhookSchema = z.strictObject({
  id: z.string().optional(),
  uri: z.url({ protocol: /^https?$/ }),
  jwtToken: z.string().nullable(),
});

/** Serves everything of a line but its messages: read receipts, requests, webhooks and files. */
export function serveOperations(desk: SerproDesk, call: SerproCall, route: string): SerproAnswer {
  const [first, second, third] = route.split("/");
  if (third !== undefined) return refuse(desk, 404, "Recurso não encontrado");
  if (route === "requisicao/informacao-de-leitura") return serveRead(desk, call);
  if (first === "requisicao" && second !== undefined) return serveRequest(desk, call, second);
  if (first === "webhook") return serveWebhooks(desk, call, second);
  if (first === "media") {
    return second === undefined ? serveUpload(desk, call) : serveFile(desk, call, second);
  }
  return refuse(desk, 404, "Recurso não encontrado");
}

function serveRead(desk: SerproDesk, { method, bytes }: SerproCall): SerproAnswer {
  const read = readSchema.safeParse(parse(bytes)).data;
  if (method !== "POST" || read === undefined) return refuse(desk, 400, "message_id inválido");
  desk.acknowledged.push(read.message_id);
  return json(200, {});
}

function serveRequest(desk: SerproDesk, { method }: SerproCall, id: string): SerproAnswer {
  const message = desk.sent.find(({ requestId }) => requestId === id);
  if (method !== "GET" || message === undefined) return refuse(desk, 404, "Requisição inexistente");
  return json(200, { idRequisicao: id, destinatario: message.to, situacao: "PROCESSADA" });
}

function serveWebhooks(desk: SerproDesk, call: SerproCall, id: string | undefined): SerproAnswer {
  const { webhooks } = desk;
  const place = webhooks.findIndex((webhook) => webhook.id === id);
  if (id !== undefined && place < 0) return refuse(desk, 404, "Webhook inexistente");
  switch (`${call.method} ${id === undefined ? "all" : "one"}`) {
    case "GET all":
      return json(
        200,
        webhooks.map((webhook) => ({
          id: webhook.id,
          uri: webhook.uri,
          jwtToken: webhook.token ?? null,
        })),
      );
    case "POST all":
      return register(desk, call, `wh-${String(webhooks.length + 1)}`, webhooks.length);
    case "PUT one":
      return register(desk, call, id ?? "", place);
    case "DELETE one":
      webhooks.splice(place, 1);
      return { status: 204, body: "" };
    default:
      return refuse(desk, 405, "Método não permitido");
  }
}

function register(
  desk: SerproDesk,
  { headers, bytes }: SerproCall,
  id: string,
  place: number,
): SerproAnswer {
  const isPlain = headers["content-type"] === "text/plain";
  if (!isPlain && desk.options.takesJsonWebhooks === false) {
    return refuse(desk, 415, "Envie o endereço como texto");
  }
  const body = isPlain ? { uri: bytes.toString("utf8"), jwtToken: null } : parse(bytes);
  const webhook = webhookSchema.safeParse(body).data;
  if (webhook === undefined) return refuse(desk, 400, "Webhook inválido");
  const token = webhook.jwtToken ?? undefined;
  desk.webhooks[place] = { id, uri: webhook.uri, ...(token !== undefined && { token }) };
  desk.target.current = { url: webhook.uri, token };
  return json(201, { id, uri: webhook.uri });
}

/** Reads a form of exactly two parts, as strictly as the order and the names allow. */
function serveUpload(desk: SerproDesk, { method, headers, bytes }: SerproCall): SerproAnswer {
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(
    headers["content-type"] ?? "",
  )?.[1];
  if (method !== "POST" || boundary === undefined) return refuse(desk, 415, "Envie um formulário");
  const [, first, second, end] = bytes.toString("latin1").split(`--${boundary}`);
  const mimeType = /name="mediaType"\r\n\r\n(\S+)\r\n$/.exec(first ?? "")?.[1];
  const file = /name="file"; filename="([^"\r\n]*)"\r\nContent-Type: (\S+)\r\n\r\n([^]*)\r\n$/.exec(
    second ?? "",
  );
  if (mimeType === undefined || file === null || file[2] !== mimeType || end !== "--\r\n") {
    return refuse(desk, 400, "Formulário inválido");
  }
  const [, fileName = "", , content = ""] = file;
  const id = `10293847${String(desk.uploads.length + 1)}`;
  const stored = Buffer.from(content, "latin1");
  desk.uploads.push({
    id,
    mimeType,
    fileName: Buffer.from(fileName, "latin1").toString("utf8"),
    bytes: stored,
  });
  desk.files.set(id, { contentType: mimeType, body: stored });
  return json(200, { id });
}

function serveFile(desk: SerproDesk, { method }: SerproCall, id: string): SerproAnswer {
  const file = desk.files.get(id);
  if (method !== "GET" || file === undefined) return refuse(desk, 404, "Mídia inexistente");
  return { status: 200, body: file.body, headers: { "content-type": file.contentType } };
}
