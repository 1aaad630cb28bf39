import { fdatasyncSync, fsyncSync } from "node:fs";
import type { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

type InitOptions = Parameters<NodeFS["init"]>[1];

interface OpenFile {
  readonly nfd: number;
}

interface FileOperations {
  write: (stream: OpenFile, ...rest: unknown[]) => unknown;
  close: (stream: OpenFile) => unknown;
}

/** The part of Emscripten's module that we hook. Its types do not describe it, so it is checked when it is used. */
function fileOperations(module: object): FileOperations {
  const node: unknown = "NODEFS" in module ? module.NODEFS : undefined;
  const operations: unknown =
    typeof node === "object" && node !== null && "stream_ops" in node ? node.stream_ops : undefined;
  if (!isFileOperations(operations))
    throw new Error("this version of PGlite offers no file operations to make durable");
  return operations;
}

function isFileOperations(value: unknown): value is FileOperations {
  return (
    typeof value === "object" &&
    value !== null &&
    "write" in value &&
    typeof value.write === "function" &&
    "close" in value &&
    typeof value.close === "function"
  );
}

/**
 * PGlite's file system with real flushing: embedded PostgreSQL never calls fsync, so a commit would survive a crash of
 * the process but not a power cut. Every file written since the last flush is synced before a statement's answer is
 * returned, which is when PGlite calls `syncToFs`.
 */
export class DurableNodeFS extends NodeFS {
  readonly #written = new Set<number>();
  #flushes = 0;

  /** How often the disk was told to flush, for tests and metrics. */
  get flushes(): number {
    return this.#flushes;
  }

  override async init(
    pg: PGlite,
    options: InitOptions,
  ): Promise<Awaited<ReturnType<NodeFS["init"]>>> {
    const result = await super.init(pg, options);
    const hook = (module: object) => this.#hook(fileOperations(module));
    return {
      emscriptenOpts: {
        ...result.emscriptenOpts,
        preRun: [...(result.emscriptenOpts.preRun ?? []), hook],
      },
    };
  }

  override async syncToFs(): Promise<void> {
    for (const descriptor of this.#written) this.#flush(() => fdatasyncSync(descriptor));
    this.#written.clear();
  }

  #hook(operations: FileOperations): void {
    const { write, close } = operations;
    operations.write = (stream, ...rest) => {
      this.#written.add(stream.nfd);
      return write(stream, ...rest);
    };
    operations.close = (stream) => {
      if (this.#written.delete(stream.nfd)) this.#flush(() => fsyncSync(stream.nfd));
      return close(stream);
    };
  }

  #flush(sync: () => void): void {
    sync();
    this.#flushes += 1;
  }
}
