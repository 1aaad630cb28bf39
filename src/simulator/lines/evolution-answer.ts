import { randomBytes } from "node:crypto";
import { z } from "zod";
import { json, parse, withoutPlus } from "./json.ts";
import type { Desk, LineFailure, ProviderAnswer, ProviderCall } from "./line.ts";

/** What the played server knows of its customer. */
interface Customer {
  readonly apiKey: string;
  readonly instance: string;
}

/** Failures that the server tells at once, by the word under which the bridge knows each. */
export const EVOLUTION_AT_ONCE: readonly LineFailure[] = [
  { code: "not_on_whatsapp", title: "The number is not on WhatsApp." },
  { code: "not_connected", title: "The instance lost its connection." },
  { code: "server_failure", title: "The server failed." },
].map((one) => ({ ...one, when: "at_once" }) as const);

/** A message id of WhatsApp's form for what an instance sends. */
export const newKeyId = (): string => `3EB0${randomBytes(9).toString("hex").toUpperCase()}`;

const sendSchema = z.union([
  z.object({ number: z.string() }).transform(({ number }) => number),
  z
    .object({ key: z.object({ remoteJid: z.string() }) })
    .transform(({ key: { remoteJid } }) => remoteJid),
]);

const fileSchema = z.object({ message: z.object({ key: z.object({ id: z.string() }) }) });

/** Plays the server: messages, signs, files and the state of the instance. */
export function createEvolutionAnswer({
  apiKey,
  instance,
}: Customer): (call: ProviderCall, desk: Desk) => Promise<ProviderAnswer> {
  return async (call, desk) => {
    const [, group = "", action = "", name = ""] = call.url.pathname.split("/");
    if (decodeURIComponent(name) !== instance)
      return refuse(404, [`The "${name}" instance does not exist`]);
    if (call.headers["apikey"] !== apiKey) return refuse(401, "Unauthorized");
    if (group === "message" && call.method === "POST") return takeCall(call, desk);
    switch (`${group}/${action}`) {
      case "instance/connectionState":
        return json(200, { instance: { instanceName: instance, state: "open" } });
      case "chat/getBase64FromMediaMessage":
        return serveFile(call, desk);
      case "chat/markMessageAsRead":
      case "chat/sendPresence":
        return json(201, { message: "done" });
      default:
        return refuse(404, [`Cannot ${call.method} /${group}/${action}/${name}`]);
    }
  };
}

async function takeCall({ body }: ProviderCall, desk: Desk): Promise<ProviderAnswer> {
  const to = sendSchema.safeParse(parse(body)).data;
  if (to === undefined) return refuse(400, ["instance requires property number"]);
  const person = withoutPlus(to.replace(/@.*$/, ""));
  const id = newKeyId();
  const failure = await desk.take({ person, externalId: id });
  if (failure !== undefined) return refuse(400, reasonOf(failure, person));
  const remoteJid = `${person}@s.whatsapp.net`;
  const messageTimestamp = Math.floor(Date.now() / 1000);
  const key = { remoteJid, fromMe: true, id };
  return json(201, { key, status: "PENDING", messageTimestamp, source: "web" });
}

/** The server's own words for a failure. Source: Evolution API, exceptions and the services of its channels. */
function reasonOf({ code }: LineFailure, number: string): readonly unknown[] {
  switch (code) {
    case "not_on_whatsapp":
      return [{ jid: `${number}@s.whatsapp.net`, exists: false, number }];
    case "not_connected":
      return ["Error: Connection Closed"];
    default:
      return ["TypeError: Cannot read properties of undefined (reading 'id')"];
  }
}

async function serveFile({ body }: ProviderCall, desk: Desk): Promise<ProviderAnswer> {
  const id = fileSchema.safeParse(parse(body)).data?.message.key.id ?? "";
  const found = await desk.readFile((await desk.fileOfMessage(id)) ?? "");
  if (found === undefined) return refuse(400, ["The message is not of the media type"]);
  const { bytes, file } = found;
  const base64 = Buffer.from(bytes).toString("base64");
  return json(201, { mediaType: "document", mimetype: file.mimeType, base64, buffer: null });
}

/** A refusal in the server's shape. */
function refuse(status: number, message: unknown): ProviderAnswer {
  return json(status, { status, error: "Refused", response: { message } });
}
