import { createHash, randomUUIDv7 } from "node:crypto";
import { z } from "zod";
import type { Cache } from "../cache/cache.ts";
import { BridgeError } from "../errors.ts";
import { keyOf, type MediaStore } from "../media/store.ts";
import type { HeldFile } from "./lines/line.ts";

/** Bytes of one file, and of all that one process holds for simulated people. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_HELD_BYTES = 256 * 1024 * 1024;

/** How long a file is kept, milliseconds. */
const KEPT_MS = 3_600_000;

const heldSchema = z.object({
  id: z.guid(),
  mimeType: z.string(),
  sizeBytes: z.int(),
  sha256: z.string(),
  fileName: z.string().optional(),
});

/** What is said of a file that is brought. */
export interface FileFacts {
  readonly mimeType: string;
  readonly fileName: string | undefined;
}

/** Files that simulated people may send, and have sent. */
export interface SimulatedFiles {
  /** Throws `request_too_large`, `request_invalid` for an empty one, and `store_*`. */
  readonly keep: (chunks: AsyncIterable<Uint8Array>, facts: FileFacts) => Promise<HeldFile>;
  readonly describe: (id: string) => Promise<HeldFile | undefined>;
  readonly read: (
    id: string,
  ) => Promise<{ readonly file: HeldFile; readonly bytes: Uint8Array } | undefined>;
  /** Remembers with which message a file came. */
  readonly attach: (externalId: string, fileId: string) => Promise<void>;
  readonly ofMessage: (externalId: string) => Promise<string | undefined>;
  /** Removes what this process has kept. */
  readonly close: () => Promise<void>;
}

/** Keeps files in the bridge's own store for an hour; what is known of them is shared like everything simulated. */
export function createFiles(
  cache: Pick<Cache, "get" | "set">,
  store: MediaStore,
  onProblem: (error: unknown) => void,
): SimulatedFiles {
  const held = new Map<string, { readonly bytes: number; readonly timer: NodeJS.Timeout }>();
  const describedAt = (id: string) => `simulator:file:${id}`;
  const remove = async (id: string): Promise<void> => {
    const entry = held.get(id);
    if (entry === undefined) return;
    held.delete(id);
    clearTimeout(entry.timer);
    await store.remove(keyOf(id)).catch(onProblem);
  };
  const describe = async (id: string): Promise<HeldFile | undefined> => {
    const text = z.guid().safeParse(id).success ? await cache.get(describedAt(id)) : undefined;
    return text === undefined ? undefined : heldSchema.safeParse(JSON.parse(text)).data;
  };
  return {
    describe,
    keep: async (chunks, { mimeType, fileName }) => {
      const bytes = await collect(chunks);
      const all = [...held.values()].reduce((sum, one) => sum + one.bytes, bytes.length);
      if (all > MAX_HELD_BYTES)
        throw new BridgeError("request_rate_limited", "too many simulated files: wait an hour");
      const id = randomUUIDv7();
      const sha256 = createHash("sha256").update(bytes).digest("base64");
      const file = { id, mimeType, sizeBytes: bytes.length, sha256, fileName };
      const timer = setTimeout(() => void remove(id), KEPT_MS);
      timer.unref();
      held.set(id, { bytes: bytes.length, timer });
      await store.put(keyOf(id), bytes, mimeType);
      await cache.set(describedAt(id), JSON.stringify(file), KEPT_MS);
      return file;
    },
    read: async (id) => {
      const file = await describe(id);
      const stored = file && (await store.open(keyOf(file.id)));
      if (file === undefined || stored === undefined) return undefined;
      const parts: Uint8Array[] = [];
      for await (const chunk of stored.chunks) parts.push(chunk);
      return { file, bytes: Buffer.concat(parts) };
    },
    attach: (externalId, fileId) => cache.set(`simulator:message:${externalId}`, fileId, KEPT_MS),
    ofMessage: (externalId) => cache.get(`simulator:message:${externalId}`),
    close: async () => {
      await Promise.all([...held.keys()].map(remove));
    },
  };
}

/** Stops at the first byte too many, whatever was announced. */
async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES)
      throw new BridgeError("request_too_large", `a file has at most ${MAX_BYTES} bytes`);
    parts.push(chunk);
  }
  if (bytes === 0) throw new BridgeError("request_invalid", "the file is empty");
  return Buffer.concat(parts);
}
