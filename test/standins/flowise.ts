import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type BotServer, startBotServer } from "./http-bot-server.ts";

const predictionBody = z.strictObject({
  question: z.string().min(1),
  streaming: z.literal(false),
  overrideConfig: z.strictObject({
    sessionId: z.string().min(1),
    vars: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  uploads: z
    .array(
      z.strictObject({ type: z.literal("url"), data: z.url(), name: z.string(), mime: z.string() }),
    )
    .optional(),
});

type PredictionBody = z.infer<typeof predictionBody>;

export interface FlowiseStandin extends BotServer {
  readonly asked: readonly PredictionBody[];
}

const FLOW = "/api/v1/prediction/7c9e6679-7425-40de-944b-e07fc1f90ae7";

/** A Flowise chatflow with a key and a memory by session. Source: Flowise, API, prediction. */
export async function startFlowise(key = "flow-key"): Promise<FlowiseStandin> {
  const asked: PredictionBody[] = [];
  const counts = new Map<string, number>();
  const server = await startBotServer((call) => {
    if (call.headers.authorization !== `Bearer ${key}`) {
      return { status: 401, body: { error: "Unauthorized Access" } };
    }
    if (call.method !== "POST" || call.path !== FLOW) {
      return { status: 404, body: { statusCode: 404, success: false, message: "not found" } };
    }
    const parsed = predictionBody.safeParse(call.body);
    if (!parsed.success) return { status: 400, body: { message: parsed.error.message } };
    const { question, overrideConfig } = parsed.data;
    const count = (counts.get(overrideConfig.sessionId) ?? 0) + 1;
    counts.set(overrideConfig.sessionId, count);
    asked.push(parsed.data);
    return {
      body: {
        text: `${count}: ${question}`,
        question,
        chatId: randomUUID(),
        chatMessageId: randomUUID(),
        sessionId: overrideConfig.sessionId,
        memoryType: "Buffer Memory",
      },
    };
  });
  return { ...server, url: `${server.url}${FLOW}`, asked };
}
