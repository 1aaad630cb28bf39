import { fromBase64, toBase64 } from "./base64.ts";

/** A small file, as a script holds one. */
export interface ScriptFile {
  readonly mime_type: string;
  /** Base64. */
  readonly data: string;
}

/** Bytes of a file that still goes into a script: a few must fit into its 64 kB. */
const MOST_BYTES = 24_000;

const kept = new Map<string, ScriptFile>();

/** Remembers a file that was given to the simulator, where it is small enough to be recorded. */
export async function rememberFile(fileId: string, file: Blob): Promise<void> {
  if (file.size > MOST_BYTES) return;
  const bytes = new Uint8Array(await file.arrayBuffer());
  kept.set(fileId, { mime_type: file.type.split(";")[0] ?? "", data: toBase64(bytes) });
}

/** The file with this id; undefined where it is too large or not ours. */
export const rememberedFile = (fileId: string): ScriptFile | undefined => kept.get(fileId);

/** The file that a script holds. */
export function fileOf({ mime_type: type, data }: ScriptFile): Blob {
  return new Blob([fromBase64(data)], { type });
}
