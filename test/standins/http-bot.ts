import type { z } from "zod";
import { type BotReply, type BotServer, startBotServer } from "./http-bot-server.ts";
import { contractBody, headProblems, isSigned } from "./http-bot-rules.ts";

export type ContractBody = z.infer<typeof contractBody>;

export interface HttpBotOptions {
  /** Refuses calls that are not signed with it. */
  readonly secret?: string;
  /** The whole `Authorization` header that is asked for. */
  readonly authorization?: string;
}

export interface HttpBot extends BotServer {
  /** The bodies that the bot was asked with. */
  readonly asked: readonly ContractBody[];
  /** What callers did wrong, one sentence each; tests expect none. */
  readonly problems: readonly string[];
}

/** Starts a bot that speaks our own contract and refuses what the contract does not allow; it repeats where no bot is given. */
export async function startHttpBot(
  bot: (body: ContractBody) => BotReply = ({ message }) => ({ body: [{ text: message }] }),
  options: HttpBotOptions = {},
): Promise<HttpBot> {
  const asked: ContractBody[] = [];
  const problems: string[] = [];
  const server = await startBotServer((call) => {
    if (options.secret !== undefined && !isSigned(call, options.secret)) return { status: 401 };
    if (call.headers.authorization !== options.authorization) return { status: 403 };
    const parsed = contractBody.safeParse(call.body);
    problems.push(...headProblems(call), ...(parsed.error?.issues ?? []).map(sentence));
    if (!parsed.success) return { status: 422 };
    asked.push(parsed.data);
    return bot(parsed.data);
  });
  return { ...server, asked, problems };
}

const sentence = ({ path, message }: z.core.$ZodIssue) => `${path.join(".")}: ${message}`;
