import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type BotCall, type BotReply, type BotServer, startBotServer } from "./http-bot-server.ts";

const message = z.strictObject({
  type: z.literal("text"),
  text: z.string(),
  attachedFileUrls: z.array(z.url()).optional(),
});
const format = z.enum(["richText", "markdown"]);
const startBody = z.strictObject({
  message: message.optional(),
  textBubbleContentFormat: format,
  prefilledVariables: z.record(z.string(), z.unknown()).optional(),
});
const continueBody = z.strictObject({ message, textBubbleContentFormat: format });

/** One stretch of a typebot: what it says, then what it waits for; the end where that is absent. */
export interface TypebotStep {
  readonly messages: readonly object[];
  readonly input?: {
    readonly type: string;
    readonly items?: readonly { readonly content?: string; readonly title?: string }[];
  };
  readonly clientSideActions?: readonly object[];
}

export interface TypebotOptions {
  readonly key?: string;
  readonly publicId?: string;
}

export interface TypebotStandin extends BotServer {
  readonly started: readonly z.infer<typeof startBody>[];
  /** What sessions were told after their start. */
  readonly heard: readonly string[];
  /** Ends every session, as their expiry does. */
  readonly forget: () => void;
}

const notFound = (text: string): BotReply => ({
  status: 404,
  body: { message: text, code: "NOT_FOUND" },
});

/** The chat API of one published typebot. Source: Typebot, chat API; `packages/bot-engine`. */
export async function startTypebot(
  steps: readonly TypebotStep[],
  { key = "viewer-key", publicId = "meu-bot" }: TypebotOptions = {},
): Promise<TypebotStandin> {
  const sessions = new Map<string, number>();
  const started: z.infer<typeof startBody>[] = [];
  const heard: string[] = [];

  const start = (call: BotCall): BotReply => {
    const parsed = startBody.safeParse(call.body);
    if (!parsed.success) return { status: 400, body: { code: "BAD_REQUEST" } };
    started.push(parsed.data);
    const sessionId = randomUUID();
    sessions.set(sessionId, 0);
    const typebot = { id: "cm0", theme: {}, settings: {} };
    return { body: { sessionId, typebot, ...shown(steps[0]) } };
  };

  const goOn = (sessionId: string, call: BotCall): BotReply => {
    const at = sessions.get(sessionId);
    if (at === undefined) return notFound("Session expired. You need to start a new session.");
    const parsed = continueBody.safeParse(call.body);
    if (!parsed.success) return { status: 400, body: { code: "BAD_REQUEST" } };
    const { text } = parsed.data.message;
    heard.push(text);
    const items = steps[at]?.input?.items;
    if (items !== undefined && !items.some(({ content }) => content === text)) {
      const again = {
        type: "richText",
        richText: [{ type: "p", children: [{ text: "De novo?" }] }],
      };
      return {
        body: shown({ ...steps[at], messages: [{ id: "x", type: "text", content: again }] }),
      };
    }
    sessions.set(sessionId, at + 1);
    return { body: shown(steps[at + 1]) };
  };

  const server = await startBotServer((call) => {
    if (call.headers.authorization !== `Bearer ${key}`) return { status: 401 };
    if (call.path === `/api/v1/typebots/${publicId}/startChat`) return start(call);
    const [, id] = /^\/api\/v1\/sessions\/([^/]+)\/continueChat$/.exec(call.path) ?? [];
    return id === undefined ? notFound("Typebot not found") : goOn(id, call);
  });
  return { ...server, started, heard, forget: () => sessions.clear() };
}

function shown(step: TypebotStep = { messages: [] }): object {
  return { ...step, progress: 50, logs: [] };
}
