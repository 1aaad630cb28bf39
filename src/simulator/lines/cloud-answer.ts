import { randomInt } from "node:crypto";
import { z } from "zod";
import { fileAnswer, json, parse, withoutPlus } from "./json.ts";
import { type Desk, type ProviderAnswer, type ProviderCall, templateProblem } from "./line.ts";
import { AT_ONCE, fromMediaId, graphError, newWamid, toMediaId } from "./whatsapp.ts";

/** What the played provider knows of its customer. */
interface Customer {
  readonly token: string;
  readonly account: string;
  readonly businessAccount: string;
}

const readSchema = z.object({ status: z.literal("read"), message_id: z.string() });

const sendSchema = z.object({
  messaging_product: z.literal("whatsapp"),
  to: z.string().optional(),
  recipient: z.string().optional(),
  biz_opaque_callback_data: z.string().optional(),
  template: z
    .object({ name: z.string(), language: z.object({ code: z.string() }) })
    .optional()
    .catch(undefined),
});

const newTemplateSchema = z.object({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.string().min(1).max(20),
  category: z.string(),
  parameter_format: z.enum(["POSITIONAL", "NAMED"]).default("POSITIONAL"),
  components: z.array(z.record(z.string(), z.unknown())).min(1),
});

/** Plays the Graph API: messages, reading signs, files, templates and the state of the number. */
export function createCloudAnswer(
  customer: Customer,
): (call: ProviderCall, desk: Desk) => Promise<ProviderAnswer> {
  return async (call, desk) => {
    if (call.headers["authorization"] !== `Bearer ${customer.token}`)
      return refuse(401, "190", "Error validating access token");
    const [, first = "", second = "", third] = call.url.pathname.split("/");
    if (first === "files") return serveFile(second, desk);
    const place = `${call.method} ${third ?? ""}`.trim();
    if (second === customer.account && place === "POST messages") return takeCall(call, desk);
    if (second === customer.account && place === "GET") return tellNumber(customer);
    if (second === customer.businessAccount && third === "message_templates")
      return serveTemplates(call, desk);
    return place === "GET" ? describeFile(second, call, desk) : unknownObject();
  };
}

async function takeCall({ body }: ProviderCall, desk: Desk): Promise<ProviderAnswer> {
  const parsed = parse(body);
  if (readSchema.safeParse(parsed).success) return json(200, { success: true });
  const message = sendSchema.safeParse(parsed).data;
  const to = message?.to ?? message?.recipient;
  if (message === undefined || to === undefined) return refuse(400, "100", "Invalid parameter");
  const { template } = message;
  const problem =
    template && templateProblem(await desk.shelf.find(template.name, template.language.code));
  if (problem !== undefined) return refuse(400, problem.code, problem.title);
  const person = withoutPlus(to);
  const externalId = newWamid();
  const messageId = message.biz_opaque_callback_data;
  const failure = await desk.take({ person, externalId, messageId });
  if (failure !== undefined) {
    const status = AT_ONCE.find(({ code }) => code === failure.code)?.status ?? 400;
    return refuse(status, failure.code, failure.title);
  }
  return json(200, {
    messaging_product: "whatsapp",
    contacts: [{ input: to, wa_id: person }],
    messages: [{ id: externalId }],
  });
}

function tellNumber({ account }: Customer): ProviderAnswer {
  return json(200, { status: "CONNECTED", quality_rating: "GREEN", id: account });
}

/** A call for a file's id gives the address of the file, which asks for the token too. */
async function describeFile(
  id: string,
  { url }: ProviderCall,
  desk: Desk,
): Promise<ProviderAnswer> {
  const found = await desk.readFile(fromMediaId(id) ?? "");
  if (found === undefined) return unknownObject();
  const { file } = found;
  return json(200, {
    messaging_product: "whatsapp",
    url: `${url.origin}/files/${toMediaId(file.id)}`,
    mime_type: file.mimeType,
    sha256: file.sha256,
    file_size: String(file.sizeBytes),
    id,
  });
}

async function serveFile(id: string, desk: Desk): Promise<ProviderAnswer> {
  const found = await desk.readFile(fromMediaId(id) ?? "");
  return found === undefined ? unknownObject() : fileAnswer(found.bytes, found.file.mimeType);
}

async function serveTemplates(call: ProviderCall, { shelf }: Desk): Promise<ProviderAnswer> {
  switch (call.method) {
    case "GET":
      return json(200, {
        data: (await shelf.list()).map((one) => ({ ...one, quality_score: { score: "GREEN" } })),
      });
    case "POST": {
      const made = newTemplateSchema.safeParse(parse(call.body)).data;
      if (made === undefined) return refuse(400, "100", "Invalid parameter");
      const known = await shelf.find(made.name, made.language);
      if (known !== undefined) return refuse(400, "100", "Content in this language already exists");
      const id = `71${String(randomInt(1e12, 9e12))}`;
      await shelf.add({ ...made, id, status: "APPROVED" });
      return json(200, { id, status: "PENDING", category: made.category });
    }
    case "DELETE": {
      const isGone = await shelf.remove(call.url.searchParams.get("name") ?? "");
      return isGone ? json(200, { success: true }) : refuse(400, "100", "Sample templates stay");
    }
    default:
      return unknownObject();
  }
}

function refuse(status: number, code: string, title: string): ProviderAnswer {
  return json(status, graphError({ code, title }));
}

function unknownObject(): ProviderAnswer {
  return refuse(400, "100", "Unsupported request. Object does not exist");
}
