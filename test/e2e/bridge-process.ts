import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The bridge as its users run it: a process of its own. */
export interface BridgeProcess {
  readonly url: string;
  readonly pid: number;
  /** Everything it wrote so far. */
  readonly output: () => string;
  /** Sends it a signal that does not end it. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Ends it and resolves with its exit code, null for a kill. */
  readonly stop: (signal: NodeJS.Signals) => Promise<number | null>;
}

export type Environment = Readonly<Record<string, string>>;

const ROOT = new URL("../../", import.meta.url).pathname;

/** A cold start on a busy machine, with a database to make. */
const START_LIMIT_MS = 90_000;

/** Variables of the machine that a bridge may see; nothing else leaks into a test. */
function inherited(): Record<string, string> {
  const { PATH, HOME } = process.env;
  return {
    ...(PATH !== undefined && { PATH }),
    ...(HOME !== undefined && { HOME }),
    // What one start compiled the next one need not: there are hundreds of them.
    NODE_COMPILE_CACHE: path.join(tmpdir(), "ponte-compiled"),
  };
}

/** Starts the program and runs it until it ends by itself; for starts that must fail. */
export async function runToEnd(
  env: Environment,
  options?: LaunchOptions,
): Promise<{ code: number | null; output: string }> {
  const { child, output } = launch(env, options);
  const [code]: unknown[] = await once(child, "close");
  return { code: typeof code === "number" ? code : null, output: output() };
}

/** Where a bridge is started: the checkout, unless a folder of its own with its own `.env` is given. */
export interface LaunchOptions {
  readonly cwd?: string;
  /** Called as soon as the process is there. */
  readonly onLaunch?: (kill: (signal: NodeJS.Signals) => void, output: () => string) => void;
}

function launch(
  env: Environment,
  { cwd = ROOT, onLaunch }: LaunchOptions = {},
): { child: ChildProcess; output: () => string } {
  const args = [
    "--disable-warning=ExperimentalWarning",
    ...(cwd === ROOT ? [] : ["--env-file-if-exists=.env"]),
    path.join(ROOT, "src/main.ts"),
  ];
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...inherited(), HOST: "127.0.0.1", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  const output = (): string => chunks.join("");
  onLaunch?.((signal) => void child.kill(signal), output);
  return { child, output };
}

/** Starts the program and waits until it listens. */
export async function startBridge(
  env: Environment,
  options?: LaunchOptions,
): Promise<BridgeProcess> {
  const { child, output } = launch(env, options);
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const url = /listens on (http:\S+)/.exec(output())?.[1];
    if (url !== undefined && child.pid !== undefined) {
      const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
        if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
        const ended = once(child, "close");
        child.kill(signal);
        await ended;
        return child.exitCode;
      };
      const signal = (name: NodeJS.Signals): void => void child.kill(name);
      return { url, pid: child.pid, output, signal, stop };
    }
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`the bridge did not start:\n${output()}`);
    }
    await sleep(20);
  }
}
