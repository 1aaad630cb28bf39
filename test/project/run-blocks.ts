import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { ShellBlock } from "./shell-blocks.ts";

export interface BlocksRun {
  /** Zero where every block ran to its end. */
  readonly code: number | null;
  /** Line of the document at which it ended. */
  readonly line: number;
  readonly output: string;
}

export interface BlocksOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Texts of a document that stand for what only a test knows, such as its own port. */
  readonly replacements: readonly (readonly [written: string, real: string])[];
}

const COMMAND = new URL("../../src/cli/ponte.js", import.meta.url).pathname;

/**
 * What a reader's shell does not do: an answer that is no success ends the run, `npx ponte` is the command of this very
 * program, and what was left running ends with the script.
 */
const PRELUDE = `set -euo pipefail
set -m
curl() { command curl --fail-with-body "$@"; }
npx() { if [ "$1" = ponte ]; then shift; "$TEST_NODE" --disable-warning=ExperimentalWarning "${COMMAND}" "$@"; else command npx "$@"; fi; }
services=()
end_services() {
  for id in "\${services[@]}"; do
    kill -TERM -- "-$id" 2>/dev/null || true
    wait "$id" 2>/dev/null || true
  done
  services=()
}
trap end_services EXIT
await_service() {
  for _ in $(seq 600); do
    if grep -q 'listens on' "$1" 2>/dev/null; then return; fi
    kill -0 -- "-$2" 2>/dev/null || break
    sleep 0.1
  done
  cat "$1"
  return 1
}
`;

const mark = (line: number): string => `printf '@@line %s\\n' ${line}`;

function step({ kind, line, text }: ShellBlock, index: number): string {
  if (kind === "elsewhere") return "";
  if (kind === "run") return `${mark(line)}\n${text}\n`;
  const log = `.service-${index}.log`;
  return `${mark(line)}
(
${text}
) > ${log} 2>&1 &
services+=($!)
await_service ${log} "$!"
`;
}

/** Runs the blocks of one document as its reader would, one after the other in one shell. */
export async function runBlocks(
  blocks: readonly ShellBlock[],
  { folder, env, replacements }: BlocksOptions,
): Promise<BlocksRun> {
  const written = [PRELUDE, ...blocks.map(step)].join("\n");
  const script = replacements.reduce((text, [from, to]) => text.replaceAll(from, to), written);
  const file = path.join(folder, ".blocks.sh");
  writeFileSync(file, script);
  const child = spawn("bash", [file], {
    cwd: folder,
    env: { ...env, TEST_NODE: process.execPath },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  const [code]: unknown[] = await once(child, "close");
  const output = chunks.join("");
  const lines = [...output.matchAll(/@@line (\d+)/g)].map(([, line]) => Number(line));
  return { code: typeof code === "number" ? code : null, line: lines.at(-1) ?? 0, output };
}
