import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** Where the program itself is installed: the folder of its package.json. */
export const PROGRAM_FOLDER = fileURLToPath(new URL("../", import.meta.url));

/** The version of this program, as its package says. */
export const VERSION = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(path.join(PROGRAM_FOLDER, "package.json"), "utf8"))).version;

/** What comes with the program and stands in for a file or folder of this name that the working folder has not. */
const SHIPPED = ["config/templates", "config/prompts", "config/notifications.yml"];

/** Finds a file or folder: in the working folder, else, of what comes with the program, beside the program. */
export function locate(file: string): string {
  const inner = path.normalize(file);
  const isShipped = SHIPPED.some((one) => inner === one || inner.startsWith(`${one}${path.sep}`));
  if (!isShipped || existsSync(inner)) return file;
  const shipped = path.join(PROGRAM_FOLDER, inner);
  return existsSync(shipped) ? shipped : file;
}

export const readText = (file: string): string => readFileSync(locate(file), "utf8");

/** The text of a file, undefined where there is none. */
export function readTextIfAny(file: string): string | undefined {
  const found = locate(file);
  return existsSync(found) ? readFileSync(found, "utf8") : undefined;
}

/** Every file below a folder, in order, named as the folder is. */
export function listFiles(folder: string): readonly string[] {
  return readdirSync(locate(folder), { recursive: true, encoding: "utf8" })
    .toSorted()
    .map((file) => path.join(folder, file));
}
