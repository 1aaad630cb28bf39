import { z } from "zod";
import { type BotServer, startBotServer } from "./http-bot-server.ts";

const chatBody = z.strictObject({
  chatInput: z.string().min(1),
  sessionId: z.string().min(1),
  remoteJid: z.string().min(1),
  pushName: z.string().optional(),
  keyId: z.string().min(1),
  fromMe: z.literal(false),
  instanceName: z.string().min(1),
  language: z.string().min(2),
  mediaUrl: z.url().optional(),
});

type N8nBody = z.infer<typeof chatBody>;

export interface N8nStandin extends BotServer {
  readonly asked: readonly N8nBody[];
}

const PATH = "/webhook/atendimento";

/** An n8n workflow behind a webhook with basic authentication, which answers with what `respond` gives. */
export async function startN8n(
  respond: (body: N8nBody) => unknown = ({ chatInput }) => ({ output: chatInput }),
  authorization = `Basic ${Buffer.from("ponte:word").toString("base64")}`,
): Promise<N8nStandin> {
  const asked: N8nBody[] = [];
  const server = await startBotServer((call) => {
    if (call.method !== "POST" || call.path !== PATH) {
      const message = `The requested webhook "${call.method} ${call.path}" is not registered.`;
      return { status: 404, body: { code: 404, message } };
    }
    if (call.headers.authorization !== authorization) {
      return { status: 403, body: "Authorization data is wrong!" };
    }
    const parsed = chatBody.safeParse(call.body);
    if (!parsed.success) return { status: 500, body: { message: "Error in workflow" } };
    asked.push(parsed.data);
    return { body: respond(parsed.data) };
  });
  return { ...server, url: `${server.url}${PATH}`, asked };
}
