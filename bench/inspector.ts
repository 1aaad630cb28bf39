import { once } from "node:events";
import { z } from "zod";

/** One look at a thread each millisecond: what it was doing, and how long until the next look (microseconds). */
const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** Source: Chrome DevTools Protocol, Profiler.Profile. */
export type Profile = z.output<typeof profileSchema>;

const answerSchema = z.object({ id: z.number(), result: z.unknown() });

/** Milliseconds in each group of functions, the waiting left out. */
export type Shares = ReadonlyMap<string, number>;

const WAITING = "(idle)";

/** A function that a thread was found in. */
type Frame = Profile["nodes"][number]["callFrame"];

/** Calls by which a thread hands bytes to the kernel, and the kernel to whoever waits for them. */
const WRITES = new Set(["writev", "writeUtf8String", "writeLatin1String", "writeBuffer"]);

/** Whose code it is: a package, a folder of ours, Node's own, or the engine's. */
function groupOf({ functionName, url }: Frame): string {
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (inPackage !== undefined) return inPackage;
  const own = /\/(?:src|dist)\/([^/]+?)(?:\/|\.[jt]s$)/.exec(url)?.[1];
  if (own !== undefined) return `ours: ${own}`;
  if (url.startsWith("node:")) return "Node";
  if (WRITES.has(functionName)) return "the kernel, writing to sockets";
  if (functionName === "(garbage collector)") return "garbage collection";
  return "other native code";
}

/** Adds up a profile. */
export function sharesOf({ nodes, samples, timeDeltas }: Profile): Shares {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const shares = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === WAITING) continue;
    const group = groupOf(frame);
    shares.set(group, (shares.get(group) ?? 0) + (timeDeltas[index] ?? 0) / 1_000);
  }
  return shares;
}

/** Profiles the main thread of a process that was started with `--inspect`, while some work is done. */
export async function profileWhile(url: string, work: () => Promise<unknown>): Promise<Profile> {
  const socket = new WebSocket(url);
  await once(socket, "open");
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener("message", ({ data }: MessageEvent) => {
    const answer = answerSchema.safeParse(JSON.parse(String(data)));
    if (answer.success) waiting.get(answer.data.id)?.(answer.data.result);
  });
  const call = (method: string): Promise<unknown> =>
    new Promise((resolve) => {
      const id = waiting.size + 1;
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method }));
    });
  try {
    await call("Profiler.enable");
    await call("Profiler.start");
    await work();
    const stopped = await call("Profiler.stop");
    return z.object({ profile: profileSchema }).parse(stopped).profile;
  } finally {
    socket.close();
  }
}
