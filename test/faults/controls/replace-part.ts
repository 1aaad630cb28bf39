import { registerHooks } from "node:module";
import { z } from "zod";
import { WRONG_PART, WRONG_PARTS, type WrongPart } from "./parts.ts";

/** Loaded before the bridge: hands it one of its own files with a promise taken out. */
const source = z.union([z.string(), z.instanceof(Uint8Array)]);

const parts: ReadonlyMap<string, WrongPart> = new Map(Object.entries(WRONG_PARTS));

function spoil(text: string, { file, replaced, added = "" }: WrongPart): string {
  const spoilt = replaced.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the control no longer fits src/${file}: ${from}`);
    return before.replace(from, to);
  }, text);
  return `${spoilt}\n${added}`;
}

const part = parts.get(process.env[WRONG_PART] ?? "");
if (part === undefined) throw new Error(`${WRONG_PART} names no control`);
const url = new URL(`../../../src/${part.file}`, import.meta.url).href;

registerHooks({
  load: (loaded, context, next) => {
    const result = next(loaded, context);
    if (loaded !== url) return result;
    const text = source.parse(result.source);
    const read = typeof text === "string" ? text : Buffer.from(text).toString("utf8");
    return { ...result, source: spoil(read, part) };
  },
});
