import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A measured program, in a process of its own. */
export interface Subject {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Where its inspector listens, where it was started with one. */
  readonly inspector: string | undefined;
  /** The most memory it ever held, in MB. Source: proc(5), VmHWM. */
  readonly peakMb: () => number;
  /** The memory it holds now, in MB. Source: proc(5), VmRSS. */
  readonly residentMb: () => number;
  /** Milliseconds from its start until it listened. */
  readonly startMs: number;
  /** Kills it. */
  readonly stop: () => Promise<void>;
  /** Has it end by itself. */
  readonly end: () => Promise<void>;
}

const ROOT = new URL("../", import.meta.url).pathname;

async function waitForUrl(child: ChildProcess, output: () => string): Promise<string> {
  for (;;) {
    const url = /listens on (http:\S+)/.exec(output())?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null) throw new Error(`the program ended:\n${output()}`);
    await sleep(10);
  }
}

/** Starts a script of this repository and waits until it listens. */
export async function startSubject(
  script: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Subject> {
  const { PATH, HOME } = process.env;
  const began = performance.now();
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    env: { PATH: PATH ?? "", HOME: HOME ?? "", HOST: "127.0.0.1", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: Buffer): void => {
    if (output.length < 10_000) output += chunk.toString();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const url = await waitForUrl(child, () => output);
  const startMs = performance.now() - began;
  const megabytes = (field: RegExp): number => {
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    return Math.round(Number(field.exec(status)?.[1] ?? 0) / 1024);
  };
  const stopBy = (signal: NodeJS.Signals) => async (): Promise<void> => {
    const ended = once(child, "close");
    child.kill(signal);
    await ended;
  };
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    inspector: /Debugger listening on (ws:\S+)/.exec(output)?.[1],
    peakMb: () => megabytes(/VmHWM:\s+(\d+)/),
    residentMb: () => megabytes(/VmRSS:\s+(\d+)/),
    startMs,
    stop: stopBy("SIGKILL"),
    end: stopBy("SIGTERM"),
  };
}
