import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { CliError, EXIT } from "../failure.ts";

/** The file of a backup: written under another name, and named as it is to be called once it is whole. */
export interface OutFile {
  readonly file: string;
  /** Where it is written meanwhile. */
  readonly draft: string;
  /** Gives the whole file its name; until then nothing has it. */
  readonly finish: () => void;
  /** Removes what was written. */
  readonly discard: () => void;
}

const isFolder = (place: string): boolean =>
  place.endsWith(path.sep) || statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;

const stamp = (): string => new Date().toISOString().slice(0, 19).replaceAll(":", "");

function flush(place: string): void {
  const descriptor = openSync(place, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Decides on the file's name; throws where it would be in the way of something. */
export function openOut(out: string, ending: string, dataDir: string): OutFile {
  const file = path.resolve(isFolder(out) ? path.join(out, `ponte-${stamp()}${ending}`) : out);
  const inside = path.relative(path.resolve(dataDir), file);
  if (!inside.startsWith("..") && !path.isAbsolute(inside))
    throw new CliError("a backup in the data folder would be lost with it", {
      code: EXIT.usage,
      advice: "name a place outside of it with --out, best on another disk",
    });
  if (existsSync(file))
    throw new CliError(`${file} is there already`, {
      code: EXIT.usage,
      advice: "name another file, or a folder: then the file is named by its time",
    });
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.unfinished`;
  return {
    file,
    draft,
    finish: () => {
      flush(draft);
      renameSync(draft, file);
      flush(path.dirname(file));
    },
    discard: () => rmSync(draft, { force: true }),
  };
}
