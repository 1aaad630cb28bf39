import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { table } from "../test/proof/document.ts";
import { buildProgram } from "./built.ts";
import {
  type Frame,
  frameSchema,
  groupOf,
  INSPECT,
  memoryOf,
  type Shares,
  sharesText,
} from "./inspector.ts";
import { REST_MS, tell } from "./measure.ts";
import { type Subject, startSubject } from "./subject.ts";
import type { World } from "./world.ts";
import type { Section } from "./report.ts";

const MB = 2 ** 20;

/** Where the memory of a process at rest is, MB. */
interface Holding {
  readonly resident: number;
  /** Pages of files: Node's program, libraries. */
  readonly files: number;
  /** Objects of the engine's heap that something still refers to. */
  readonly live: number;
  /** What else the engine holds for objects: garbage that was not collected yet, and room. */
  readonly room: number;
  /** Buffers, and the memory of WebAssembly. */
  readonly buffers: number;
}

/** Pages of files that a process has in memory, bytes. Source: proc(5), smaps: a mapping of a file has an inode. */
export function fileBytes(smaps: string): number {
  let isFile = false;
  let kilobytes = 0;
  for (const line of smaps.split("\n")) {
    const inode = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ (\d+)/.exec(line)?.[1];
    if (inode !== undefined) isFile = inode !== "0";
    const resident = /^Rss:\s+(\d+) kB/.exec(line)?.[1];
    if (isFile && resident !== undefined) kilobytes += Number(resident);
  }
  return kilobytes * 1024;
}

async function holdingOf(subject: Subject): Promise<Holding> {
  await sleep(REST_MS);
  const url = subject.inspector ?? "";
  const files = fileBytes(readFileSync(`/proc/${subject.pid}/smaps`, "utf8"));
  const resident = subject.residentMb();
  const { heapTotal, external } = await memoryOf(url, { isCollected: false });
  const { heapUsed } = await memoryOf(url, { isCollected: true });
  await subject.stop();
  return {
    resident,
    files: files / MB,
    live: heapUsed / MB,
    room: (heapTotal - heapUsed) / MB,
    buffers: external / MB,
  };
}

/** Objects that are still referred to, by the function that made them. Source: Chrome DevTools Protocol, SamplingHeapProfile. */
const nodeSchema = z.object({
  callFrame: frameSchema,
  selfSize: z.number(),
  get children() {
    return z.array(nodeSchema);
  },
});

/** A function, and how many bytes it made that are still referred to. */
export type HeapNode = z.output<typeof nodeSchema>;

/** Functions of Node that hold what modules are made of; at rest there is hardly anything else that they made. */
const MODULE_PARTS = new Map([
  ["decode", "texts of modules"],
  ["readFileSync", "texts of modules"],
  ["toString", "texts of modules"],
  ["compileSourceTextModule", "compiled modules"],
  ["wrapSafe", "compiled modules"],
  ["compileForInternalLoader", "compiled modules"],
]);

function makerOf(frame: Frame): string {
  const group = groupOf(frame);
  return group === "Node" ? (MODULE_PARTS.get(frame.functionName) ?? group) : group;
}

/** Adds up what is alive by whose code made it. */
export function makersOf(head: HeapNode): Shares {
  const sizes = new Map<string, number>();
  const nodes: HeapNode[] = [head];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const group = makerOf(node.callFrame);
    sizes.set(group, (sizes.get(group) ?? 0) + node.selfSize);
    nodes.push(...node.children);
  }
  return sizes;
}

/** Lets a bridge rest, end by itself, and say what it held. */
async function makersIn(subject: Subject, folder: string): Promise<Shares> {
  await sleep(REST_MS);
  await subject.end();
  const file = readdirSync(folder).find((name) => name.endsWith(".heapprofile")) ?? "";
  const profile: unknown = JSON.parse(readFileSync(path.join(folder, file), "utf8"));
  return makersOf(z.object({ head: nodeSchema }).parse(profile).head);
}

const megabytes = (value: number): string => value.toFixed(0);

function cellsOf(name: string, { resident, files, live, room, buffers }: Holding): string[] {
  const rest = resident - files - live - room - buffers;
  return [name, ...[resident, files, live, room, buffers, rest].map(megabytes)];
}

/** Where the memory is of a bridge that has nothing to do: beside a bare server, by kind, and by who made its objects. */
export async function measureMemory(world: World): Promise<Section> {
  buildProgram();
  const kind = { role: "all", isPlain: true, isBuilt: true } as const;
  const databaseUrl = await world.newDatabase();
  const dataFolder = world.newFolder();
  await (await world.bridge({ ...kind, dataFolder })).stop();
  const nodeOptions = [INSPECT];
  const bare = await startSubject("bench/plain.ts", [], { NODE_OPTIONS: INSPECT });
  const rows = [
    cellsOf("none: `bench/plain.ts`, a server of Node's alone", await holdingOf(bare)),
    cellsOf(
      "PostgreSQL",
      await holdingOf(await world.bridge({ ...kind, databaseUrl, nodeOptions })),
    ),
    cellsOf("embedded", await holdingOf(await world.bridge({ ...kind, dataFolder, nodeOptions }))),
  ];
  const folder = world.newFolder();
  const profiled = ["--heap-prof", "--heap-prof-interval=65536", `--heap-prof-dir=${folder}`];
  const bridge = await world.bridge({ ...kind, databaseUrl, nodeOptions: profiled });
  const makers = await makersIn(bridge, folder);
  tell("memory: read");
  return {
    title: "Where the memory is",
    lines: [
      `The memory (resident) of the built program ${REST_MS / 1_000} s after its start, with nothing asked of it, MB. An inspector listens, which`,
      "takes some of it; “Start and rest” has what is held without one:",
      "",
      ...table(
        [
          "database",
          "all",
          "files (Node itself)",
          "objects",
          "room for objects",
          "buffers, WebAssembly",
          "all else",
        ],
        rows,
      ),
      "",
      "All else is what native code holds: compiled functions, the allocator, threads, libraries.",
      "",
      `Objects of the bridge on PostgreSQL, by whose code made them (a sample, one look each 64 KB): ${sharesText(makers)}.`,
    ],
  };
}
