import { z } from "zod";
import { explanation } from "../../http/api/explain.ts";
import { message } from "../../http/api/message-schemas.ts";
import {
  behaviourShown,
  clockShown,
  madeCalls,
  simulatorShown,
} from "../../http/api/simulator-schemas.ts";
import type { Bubble } from "../../web/shared/bubble/bubble.ts";
import { readBubble } from "../../web/shared/bubble/read-bubble.ts";
import type { ApiClient } from "../api.ts";
import { ApiRefusal, pageOf } from "../api-answer.ts";
import { CliError, EXIT } from "../failure.ts";

export type Line = z.output<typeof simulatorShown>["lines"][number];
export type Message = z.output<typeof message>;

/** The lines by the word that `--as` takes. */
export const LINE_WORDS = ["cloud", "serpro", "acs", "sms", "evolution"] as const;

/** Finds the simulated line of a type or name. Throws a `CliError` where the simulator is off or has no such line. */
export async function findLine(api: Pick<ApiClient, "get">, wanted: string): Promise<Line> {
  const { lines } = await readLines(api);
  const found = lines.find(({ channel, type }) => channel === wanted || type === wanted);
  if (found !== undefined) return found;
  throw new CliError(`there is no simulated line ${wanted}`, {
    code: EXIT.usage,
    advice: `the lines are ${lines.map(({ channel, type }) => `${channel} (${type})`).join(", ")}`,
  });
}

async function readLines(api: Pick<ApiClient, "get">) {
  try {
    return await api.get("/simulator", simulatorShown);
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status !== 404) throw error;
    throw new CliError("the simulator of this bridge is switched off", {
      advice: "start it with PONTE_SIMULATOR=admin, or give --local to simulate without a bridge",
      cause: error,
    });
  }
}

/** What a person may do on a line, and what has been said since. */
export interface Desk {
  readonly line: Line;
  readonly person: string;
  /** Brings something that the person says; gives the provider's id of it. */
  readonly say: (content: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly tick: (messageId: string, status: string, errorCode?: string) => Promise<void>;
  readonly moveClock: (hours: number) => Promise<void>;
  readonly keepFile: (file: Blob, name: string | undefined) => Promise<string>;
  /** Forgets the person, and whatever was said. */
  readonly reset: () => Promise<void>;
  /** Makes ticks come quickly. */
  readonly hurry: () => Promise<void>;
  /** Reads what the bot has said here, oldest first. */
  readonly refresh: () => Promise<readonly Message[]>;
  /** Whether the turn that a message of the person began is over; why it was given up, where it was. */
  readonly turnOf: (externalId: string) => Promise<{ isOver: boolean; deadReason: string | null }>;
}

/** Milliseconds between two ticks of a message. */
const TICK_MS = 20;

/** Opens a line for one person. Nothing is called yet. */
export function openDesk(api: ApiClient, line: Line, person: string): Desk {
  const { channel } = line;
  let said: string | undefined;
  /** The first thing that was said here: what was talked about before is another talk. */
  let first: Message | undefined;
  const find = async (externalId: string): Promise<Message | undefined> => {
    const query = { channel, external_id: externalId, limit: 1 };
    return (await api.get("/messages", pageOf(message), query)).data[0];
  };
  const simulate = async <Schema extends z.ZodType>(what: string, schema: Schema, body: object) =>
    api.send("POST", `/simulator/${what}`, schema, { body: { channel, ...body } });
  return {
    line,
    person,
    say: async (content) => {
      const messages = [{ from: person, name: "Simulated", content }];
      const made = await simulate("webhooks", madeCalls, { messages });
      const refused = made.calls.findLast(({ status }) => status >= 300 || status === 0);
      if (refused !== undefined && made.calls.at(-1) === refused)
        throw new CliError(`the webhook was answered ${refused.status}: ${refused.answer}`);
      const id = made.messages[0]?.external_id ?? "";
      said ??= id;
      return id;
    },
    tick: async (messageId, status, errorCode) => {
      await simulate("statuses", madeCalls, {
        message_id: messageId,
        status,
        error_code: errorCode,
      });
    },
    moveClock: async (hours) => void (await simulate("clock", clockShown, { person, hours })),
    keepFile: async (file, name) => {
      const stream = { type: file.type, content: file.stream() };
      const answer = z.object({ file_id: z.guid() });
      const query = { file_name: name };
      const kept = await api.send("POST", "/simulator/files", answer, { stream, query });
      return kept.file_id;
    },
    reset: async () => {
      await simulate("reset", z.object({ erased: z.boolean() }), { person });
      said = undefined;
      first = undefined;
    },
    hurry: async () =>
      void (await simulate("behaviour", behaviourShown, { person, delay_ms: TICK_MS })),
    refresh: async () => {
      if (said !== undefined) first ??= await find(said);
      if (first === undefined) return [];
      const { conversation_id: conversation, created_at: since } = first;
      const query = { conversation_id: conversation, direction: "out", since, limit: 100 };
      const { data } = await api.get("/messages", pageOf(message), query);
      return data.toReversed();
    },
    turnOf: async (externalId) => {
      const found = await find(externalId);
      if (found === undefined) return { isOver: false, deadReason: null };
      const turn = z.object({ parsed: explanation.shape.parsed });
      const { parsed } = await api.get(`/messages/${found.id}/explain`, turn);
      const isOver = parsed === null || parsed.done_at !== null || parsed.dead_at !== null;
      return { isOver, deadReason: parsed?.dead_reason ?? null };
    },
  };
}

/** How a phone would show one of the bot's messages. */
export function bubbleOf(said: Message, line: Pick<Line, "type">): Bubble {
  return readBubble(said, line.type);
}
