import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type BotCall, type BotReply, type BotServer, startBotServer } from "./http-bot-server.ts";

const chatBody = z.strictObject({
  inputs: z.record(z.string(), z.unknown()),
  query: z.string().min(1),
  response_mode: z.enum(["blocking", "streaming"]),
  conversation_id: z.string().optional(),
  user: z.string().min(1),
  files: z
    .array(
      z.strictObject({
        type: z.enum(["image", "document", "audio", "video", "custom"]),
        transfer_method: z.literal("remote_url"),
        url: z.url(),
      }),
    )
    .optional(),
});

type ChatBody = z.infer<typeof chatBody>;

export interface DifyOptions {
  readonly key?: string;
  /** An agent app answers in streams only. */
  readonly mode?: "chat" | "agent-chat";
  /** Says the answer to a query; `count` is the number of the message in its conversation. */
  readonly say?: (query: string, count: number) => string;
}

export interface DifyStandin extends BotServer {
  readonly asked: readonly ChatBody[];
  /** Deletes every conversation, as an operator of Dify may. */
  readonly forget: () => void;
}

const refuse = (status: number, code: string, message: string): BotReply => ({
  status,
  body: { code, message, status },
});

/** A Dify app behind `/v1`, with its own refusals. Source: Dify, service API; `api/controllers/service_api/app`. */
export async function startDify(options: DifyOptions = {}): Promise<DifyStandin> {
  const { key = "app-key", mode = "chat", say = (query, count) => `${count}: ${query}` } = options;
  const conversations = new Map<string, { readonly user: string; count: number }>();
  const asked: ChatBody[] = [];

  const chat = (body: ChatBody): BotReply => {
    const id = body.conversation_id ?? randomUUID();
    if (!z.uuid().safeParse(id).success) {
      return { status: 400, body: { errors: { conversation_id: `${id} is not a valid uuid.` } } };
    }
    const known = conversations.get(id);
    if (body.conversation_id !== undefined && known?.user !== body.user) {
      return refuse(404, "not_found", "Conversation Not Exists.");
    }
    const conversation = known ?? { user: body.user, count: 0 };
    conversation.count += 1;
    conversations.set(id, conversation);
    asked.push(body);
    return { body: answerOf(id, mode, say(body.query, conversation.count)) };
  };

  const answer = (call: BotCall): BotReply => {
    if (call.method !== "POST" || call.path !== "/v1/chat-messages") return { status: 404 };
    if (call.headers.authorization !== `Bearer ${key}`) {
      return refuse(401, "unauthorized", "Access token is invalid");
    }
    const parsed = chatBody.safeParse(call.body);
    if (!parsed.success) return refuse(400, "invalid_param", parsed.error.message);
    return mode === "agent-chat" && parsed.data.response_mode === "blocking"
      ? refuse(400, "invalid_param", "Agent Chat App does not support blocking mode")
      : chat(parsed.data);
  };

  const server = await startBotServer(answer);
  return { ...server, url: `${server.url}/v1`, asked, forget: () => conversations.clear() };
}

/** A recorded answer with ids of our own. */
function answerOf(conversationId: string, mode: string, text: string): Record<string, unknown> {
  const id = randomUUID();
  return {
    event: "message",
    task_id: randomUUID(),
    id,
    message_id: id,
    conversation_id: conversationId,
    mode,
    answer: text,
    metadata: {
      usage: { prompt_tokens: 33, completion_tokens: 7, total_tokens: 40, currency: "USD" },
      retriever_resources: [],
    },
    created_at: 1_795_255_200,
  };
}
