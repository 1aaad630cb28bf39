import { once } from "node:events";
import { z } from "zod";

/** A function that a thread was found in, or that made an object. Source: Chrome DevTools Protocol, Runtime.CallFrame. */
export const frameSchema = z.object({ functionName: z.string(), url: z.string() });

export type Frame = z.output<typeof frameSchema>;

/** One look at a thread each millisecond: what it was doing, and how long until the next look (microseconds). */
const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: frameSchema,
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** Source: Chrome DevTools Protocol, Profiler.Profile. */
export type Profile = z.output<typeof profileSchema>;

/** Lets Node's inspector listen. */
export const INSPECT = "--inspect=127.0.0.1:0";

const answerSchema = z.object({ id: z.number(), result: z.unknown() });

/** What each group of functions took: milliseconds, the waiting left out, or bytes. */
export type Shares = ReadonlyMap<string, number>;

const WAITING = "(idle)";

/** Groups that take less of the whole are not shown by themselves. */
export const SHOWN_SHARE = 0.02;

export const percent = (part: number, whole: number): string =>
  `${((100 * part) / whole).toFixed(0)} %`;

/** What each group took of the whole, the largest first. */
export function sharesText(shares: Shares): string {
  const whole = [...shares.values()].reduce((sum, part) => sum + part, 0);
  const shown = [...shares].filter(([, part]) => part / whole >= SHOWN_SHARE);
  const rest = whole - shown.reduce((sum, [, part]) => sum + part, 0);
  const sorted = [...shown.toSorted(([, a], [, b]) => b - a), ["all others", rest] as const];
  return sorted.map(([group, part]) => `${group} ${percent(part, whole)}`).join(", ");
}

/** Calls by which a thread hands bytes to the kernel, and the kernel to whoever waits for them. */
const WRITES = new Set(["writev", "writeUtf8String", "writeLatin1String", "writeBuffer"]);

/** Whose code it is: a package, a folder of ours, Node's own, or the engine's. */
export function groupOf({ functionName, url }: Frame): string {
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

/** A process that was started with `--inspect`. Source: Chrome DevTools Protocol. */
interface Inspector {
  /** Asks for something and waits for the answer; what is not understood is answered with nothing. */
  readonly call: (method: string, params?: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly close: () => void;
}

async function openInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  await once(socket, "open");
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener("message", ({ data }: MessageEvent) => {
    const answer = answerSchema.safeParse(JSON.parse(String(data)));
    if (answer.success) waiting.get(answer.data.id)?.(answer.data.result);
  });
  return {
    call: (method, params = {}) =>
      new Promise((resolve) => {
        const id = waiting.size + 1;
        waiting.set(id, resolve);
        socket.send(JSON.stringify({ id, method, params }));
      }),
    close: () => socket.close(),
  };
}

/** Profiles the main thread of a process, while some work is done. */
export async function profileWhile(url: string, work: () => Promise<unknown>): Promise<Profile> {
  const { call, close } = await openInspector(url);
  try {
    await call("Profiler.enable");
    await call("Profiler.start");
    await work();
    const stopped = await call("Profiler.stop");
    return z.object({ profile: profileSchema }).parse(stopped).profile;
  } finally {
    close();
  }
}

/** What a process says of its own memory, bytes. Source: Node's `process.memoryUsage()`. */
const usageSchema = z.object({
  heapTotal: z.number(),
  heapUsed: z.number(),
  external: z.number(),
});

export type MemoryUsage = z.output<typeof usageSchema>;

/** What a process says of its own memory; `isCollected` has it collect garbage first. */
export async function memoryOf(
  url: string,
  { isCollected }: { readonly isCollected: boolean },
): Promise<MemoryUsage> {
  const { call, close } = await openInspector(url);
  try {
    if (isCollected) await call("HeapProfiler.collectGarbage");
    const expression = "process.memoryUsage()";
    const answer = await call("Runtime.evaluate", { expression, returnByValue: true });
    return z.object({ result: z.object({ value: usageSchema }) }).parse(answer).result.value;
  } finally {
    close();
  }
}
