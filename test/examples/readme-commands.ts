import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The blocks of a README that are marked as commands to be run. */
export function commandsOf(example: string): readonly string[] {
  const text = readFileSync(`${ROOT}examples/${example}/README.md`, "utf8");
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
}

interface Shell {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where the bridge is that the README has at its usual port. */
  readonly bridge: string;
}

// What npx and node mean on a machine with the package: here, the program of this checkout under this Node.
const NAMES = `node() { "$PONTE_NODE" --disable-warning=ExperimentalWarning "$@"; }
npx() { shift; node "${ROOT}src/cli/ponte.js" "$@"; }
`;

/** Runs a block as it is written. Throws with what it wrote where a command of it fails; returns what it wrote to stdout. */
export async function runBlock(block: string, { cwd, env, bridge }: Shell): Promise<string> {
  const { PATH = "", HOME = "" } = process.env;
  const script = NAMES + block.replaceAll("http://localhost:5006", bridge);
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
    cwd,
    env: { PATH, HOME, PONTE_NODE: process.execPath, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (written.stderr += chunk.toString()));
  const [code]: unknown[] = await once(child, "close");
  if (code !== 0) throw new Error(`${block}\nended with ${String(code)}:\n${written.stderr}`);
  return written.stdout;
}
