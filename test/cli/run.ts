import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";

/** What a call of the command wrote and ended with. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed or piped into it; nothing where absent. */
  readonly input?: string;
  /** Called with the process once it runs, to send it signals. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
}

const COMMAND = new URL("../../src/cli/ponte.js", import.meta.url).pathname;

/** Runs `ponte` as a process of its own, as its users do: with no terminal and none of the test's own variables. */
export async function runPonte(words: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", COMMAND, ...words],
    {
      cwd: options.cwd ?? tmpdir(),
      env: {
        PATH,
        HOME,
        NODE_COMPILE_CACHE: path.join(tmpdir(), "ponte-compiled"),
        ...options.env,
      },
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (written.stderr += chunk.toString()));
  child.stdin.end(options.input ?? "");
  options.onStart?.((signal) => void child.kill(signal));
  const [code]: unknown[] = await once(child, "close");
  return { code: typeof code === "number" ? code : null, ...written };
}
