import { z } from "zod";
import { derivedId } from "../../identity.ts";
import { azureError, azureFailure, isSigned } from "./azure.ts";
import { fileAnswer, json, parse, withoutPlus } from "./json.ts";
import { type Desk, type ProviderAnswer, type ProviderCall, templateProblem } from "./line.ts";

/** What the played provider knows of its customer. */
interface Customer {
  /** Base64. */
  readonly accessKey: string;
  readonly account: string;
}

const sendSchema = z.object({
  to: z.tuple([z.string()]),
  channelRegistrationId: z.string(),
  template: z.object({ name: z.string(), language: z.string() }).optional().catch(undefined),
});

/** Plays Azure Communication Services: messages, files and the list of templates. */
export function createAcsAnswer(
  customer: Customer,
): (call: ProviderCall, desk: Desk) => Promise<ProviderAnswer> {
  return async (call, desk) => {
    if (!isSigned(call, customer.accessKey))
      return azureError(401, "Denied", "The signature does not match.");
    const { pathname } = call.url;
    const [, file] = /^\/messages\/streams\/([^/]+)$/.exec(pathname) ?? [];
    const isSend = call.method === "POST" && pathname === "/messages/notifications:send";
    if (isSend) return takeCall(call, customer, desk);
    if (file !== undefined) return serveFile(file, desk);
    if (pathname === `/messages/channels/${customer.account}/templates`) return listTemplates(desk);
    return azureError(404, "NotFound", "There is no such resource.");
  };
}

/** A repeated request is the message that it was the first time: its id follows from the request's. */
async function takeCall(
  call: ProviderCall,
  { account }: Customer,
  desk: Desk,
): Promise<ProviderAnswer> {
  const message = sendSchema.safeParse(parse(call.body)).data;
  const requestId = call.headers["repeatability-request-id"];
  if (message === undefined || requestId === undefined || message.channelRegistrationId !== account)
    return azureError(400, "BadRequest", "The request is not valid.");
  const { template } = message;
  const problem =
    template && templateProblem(await desk.shelf.find(template.name, template.language));
  if (problem !== undefined) return azureError(400, "BadRequest", problem.title);
  const [to] = message.to;
  const externalId = derivedId(requestId, "simulated");
  const failure = await desk.take({ person: withoutPlus(to), externalId });
  if (failure !== undefined) return azureFailure(failure);
  const receipts = [{ messageId: externalId, to }];
  return json(202, { receipts }, { "repeatability-result": "accepted" });
}

async function serveFile(id: string, desk: Desk): Promise<ProviderAnswer> {
  const found = await desk.readFile(decodeURIComponent(id));
  return found === undefined
    ? azureError(404, "NotFound", "There is no such file.")
    : fileAnswer(found.bytes, "application/octet-stream");
}

/** WhatsApp's components are the content of Azure's items. */
async function listTemplates({ shelf }: Desk): Promise<ProviderAnswer> {
  const value = (await shelf.list()).map(({ name, language, status, components }) => ({
    name,
    language,
    status: status.toLowerCase(),
    kind: "whatsApp",
    content: components,
  }));
  return json(200, { value });
}
