import { writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { fillDataFolder } from "../database.ts";
import { type BridgeProcess, type Environment, startBridge } from "../e2e/bridge-process.ts";
import { ADMIN_KEY, eventually } from "../e2e/world.ts";

const message = z.looseObject({
  id: z.string(),
  direction: z.enum(["in", "out"]),
  status: z.string(),
  text: z.string(),
  external_id: z.string().nullable(),
  content: z.unknown(),
  error: z.unknown(),
});

export type ShownMessage = z.output<typeof message>;

const answered = z.looseObject({
  calls: z.array(z.looseObject({ status: z.number(), headers: z.record(z.string(), z.string()) })),
  messages: z.array(z.object({ external_id: z.string() })),
});

/** Somebody on a simulated line of a running bridge. */
export interface Person {
  readonly channel: string;
  readonly number: string;
  /** Says one thing, or several in one order. */
  readonly say: (
    contents: string | object | readonly object[],
    order?: Readonly<Record<string, unknown>>,
  ) => Promise<z.output<typeof answered>>;
  /** The person's messages both ways, oldest first. */
  readonly talk: () => Promise<readonly ShownMessage[]>;
  /** Waits for so many messages of the bot in all, and gives them. */
  readonly hear: (count: number) => Promise<readonly ShownMessage[]>;
  /** Waits until every message of the bot has this status. */
  readonly until: (status: string) => Promise<void>;
  readonly behave: (change: object) => Promise<unknown>;
}

/** A running bridge, as the simulator's page sees it. */
export interface Desk {
  readonly bridge: BridgeProcess;
  readonly call: (
    method: "GET" | "POST",
    route: string,
    body?: unknown,
  ) => Promise<{ status: number; body: unknown }>;
  readonly person: (channel: string, number: string) => Person;
}

const page = z.object({ data: z.array(z.unknown()) });

/** Starts a bridge without any channel of a provider; `env` says what else is special. */
export async function startDesk(folder: string, env: Environment = {}): Promise<Desk> {
  const file = path.join(folder, "bridge.yml");
  // Many questions of one key, also of an earlier run where the limits are shared.
  writeFileSync(file, "api: { per_minute: 1000000 }\n");
  if (env["DATABASE_URL"] === undefined) await fillDataFolder(path.join(folder, "data"));
  const bridge = await startBridge({
    PONTE_CONFIG: file,
    PONTE_DATA_DIR: path.join(folder, "data"),
    PONTE_ADMIN_KEY: ADMIN_KEY,
    ...env,
  });
  const call: Desk["call"] = async (method, route, body) => {
    const isRaw = body instanceof Uint8Array;
    const response = await fetch(`${bridge.url}/api/v1${route}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_KEY}`,
        "content-type": isRaw ? "image/png" : "application/json",
      },
      ...(body !== undefined && { body: isRaw ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  const person = (channel: string, number: string): Person => {
    const conversation = async (): Promise<string | undefined> => {
      const query = new URLSearchParams({ channel, q: number });
      const { body } = await call("GET", `/conversations?${query.toString()}`);
      return z.object({ id: z.string() }).safeParse(page.parse(body).data[0]).data?.id;
    };
    const talk = async (): Promise<readonly ShownMessage[]> => {
      const id = await conversation();
      if (id === undefined) return [];
      const { body } = await call("GET", `/conversations/${id}/messages?order=asc&limit=200`);
      return z.array(message).parse(page.parse(body).data);
    };
    const ofBot = async () => (await talk()).filter(({ direction }) => direction === "out");
    return {
      channel,
      number,
      talk,
      say: async (contents, order = {}) => {
        const said = typeof contents === "string" ? { type: "text", text: contents } : contents;
        const messages = [said].flat().map((content) => ({ from: number, name: "Ana", content }));
        const { status, body } = await call("POST", "/simulator/webhooks", {
          channel,
          messages,
          ...order,
        });
        if (status !== 200) throw new Error(`refused: ${JSON.stringify(body)}`);
        return answered.parse(body);
      },
      hear: async (count) => {
        await eventually(async () => (await ofBot()).length >= count, talk);
        return ofBot();
      },
      until: async (status) => {
        const isDone = async () => (await ofBot()).every((one) => one.status === status);
        await eventually(isDone, talk);
      },
      behave: async (change) =>
        (await call("POST", "/simulator/behaviour", { channel, person: number, ...change })).body,
    };
  };
  return { bridge, call, person };
}
