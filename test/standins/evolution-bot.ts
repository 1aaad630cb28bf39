import { z } from "zod";
import { type BotServer, startBotServer } from "./http-bot-server.ts";

/** What a bot for Evolution API reads, without the instance's own key and address, which are nobody's business. */
const botBody = z.strictObject({
  inputs: z.strictObject({
    sessionId: z.string().min(1),
    remoteJid: z.string().regex(/^(?:\d+@(?:s\.whatsapp\.net|lid)|[0-9a-f-]{36})$/),
    pushName: z.string().optional(),
    fromMe: z.literal(false),
    instanceName: z.string().min(1),
  }),
  query: z.string().min(1),
  conversation_id: z.string().min(1),
  user: z.string().min(1),
  files: z.array(z.strictObject({ type: z.literal("image"), url: z.url() })).optional(),
});

type EvolutionBotBody = z.infer<typeof botBody>;

export interface EvolutionBotStandin extends BotServer {
  readonly asked: readonly EvolutionBotBody[];
}

/** A bot written for Evolution API's own bot integration. */
export async function startEvolutionBot(key = "bot-key"): Promise<EvolutionBotStandin> {
  const asked: EvolutionBotBody[] = [];
  const server = await startBotServer((call) => {
    if (call.headers.authorization !== `Bearer ${key}`) return { status: 401 };
    const parsed = botBody.safeParse(call.body);
    if (!parsed.success) return { status: 400, body: { error: parsed.error.message } };
    asked.push(parsed.data);
    return { body: { message: `Ouvi: ${parsed.data.query}`, linkPreview: false } };
  });
  return { ...server, asked };
}
