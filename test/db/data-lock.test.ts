import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { lockDirectory } from "../../src/db/data-lock.ts";
import { BridgeError } from "../../src/errors.ts";

const SCRIPT = new URL("fixtures/lock-directories.ts", import.meta.url).pathname;

/** A process id that no process can have. Source: proc(5), the limit of pid_max. */
const NOBODY = 2 ** 22 + 1;

let root: string;
let directory: string;
let file: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), "ponte-lock-"));
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  directory = mkdtempSync(path.join(root, "data-"));
  file = path.join(directory, "ponte.lock");
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  jest.useRealTimers();
});

/** Starts a process that locks directories; resolves with one line for each, while it still holds them. */
async function lockElsewhere(directories: readonly string[], start = 0, gap = 0) {
  const child = spawn(process.execPath, [SCRIPT, `${start}`, `${gap}`, ...directories], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  const lines: string[] = [];
  for await (const chunk of child.stdout) {
    lines.push(...String(chunk).trim().split("\n"));
    if (lines.length >= directories.length) break;
  }
  return { child, lines };
}

function plant(holder: Record<string, unknown> | string, ageMs = 0, at = file): void {
  writeFileSync(at, typeof holder === "string" ? holder : JSON.stringify(holder));
  const touched = new Date(Date.now() - ageMs);
  utimesSync(at, touched, touched);
}

function refusal(): BridgeError {
  try {
    lockDirectory(directory)();
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
  throw new Error("the directory was locked");
}

test("a directory that does not exist is made and locked", () => {
  directory = path.join(directory, "new", "deep");
  const release = lockDirectory(directory);
  expect(readdirSync(directory)).toEqual(["ponte.lock"]);
  release();
  expect(readdirSync(directory)).toEqual([]);
});

test("a process that has the directory keeps others out, and they are told who has it", async () => {
  const { child, lines } = await lockElsewhere([directory]);
  expect(lines).toEqual(["locked"]);
  const before = new Date("2026-01-01");
  utimesSync(directory, before, before);
  const { code, detail } = refusal();
  expect(code).toBe("store_locked");
  expect(detail).toContain(`in use by process ${child.pid} on ${hostname()}`);
  expect(detail).toContain("PONTE_DATA_DIR");
  expect(readdirSync(directory)).toEqual(["ponte.lock"]);
  expect(statSync(directory).mtime).toEqual(before);
});

test("one process cannot lock a directory twice, and can after its release", () => {
  const release = lockDirectory(directory);
  expect(refusal().detail).toContain(`process ${process.pid} on`);
  release();
  lockDirectory(directory)();
});

test("the directory of a killed process is taken over at once", async () => {
  const { child } = await lockElsewhere([directory]);
  await kill(child);
  const release = lockDirectory(directory);
  expect(readFileSync(file, "utf8")).toContain(`"pid":${process.pid}`);
  expect(readdirSync(directory)).toEqual(["ponte.lock"]);
  release();
});

const here = () => hostname();
const TAKEN_OVER = [
  { label: "a dead process", pid: NOBODY, host: here(), started: "1", ageMs: 0 },
  { label: "a dead process of unknown start", pid: NOBODY, host: here(), started: "", ageMs: 0 },
  {
    label: "another start of a process id",
    pid: process.pid,
    host: here(),
    started: "1",
    ageMs: 0,
  },
  { label: "a silent host", pid: process.pid, host: "elsewhere", started: "1", ageMs: 21_000 },
];

test.each(TAKEN_OVER)("taken over from $label", ({ ageMs, pid, host, started }) => {
  plant({ pid, host, started }, ageMs);
  const release = lockDirectory(directory);
  expect(readFileSync(file, "utf8")).toContain(`"pid":${process.pid},"host":"${hostname()}"`);
  release();
});

test("another host is believed alive until it was silent for 20 s", () => {
  plant({ pid: NOBODY, host: "elsewhere", started: "1" }, 19_000);
  const { code, detail } = refusal();
  expect(code).toBe("store_locked");
  expect(detail).toContain(`process ${NOBODY} on elsewhere`);
});

const BROKEN = [
  { label: "is empty", content: "" },
  { label: "is cut off", content: '{"pid":12,"ho' },
  { label: "is no object", content: "null" },
  { label: "has no pid", content: '{"host":"h","started":"1"}' },
  { label: "has a pid that is no number", content: '{"pid":"1","host":"h","started":"1"}' },
  { label: "has no host", content: '{"pid":1,"started":"1"}' },
  { label: "has no start", content: `{"pid":${NOBODY},"host":"${hostname()}"}` },
];

test.each(BROKEN)("a lock file that $label counts as alive for 20 s", ({ content }) => {
  plant(content, 15_000);
  expect(refusal().detail).toContain("process ? on an unknown host");
  plant(content, 21_000);
  lockDirectory(directory)();
});

test("the holder shows every 5 s that it is alive, until it releases", () => {
  jest.useFakeTimers();
  const release = lockDirectory(directory);
  const old = new Date(Date.now() - 60_000);
  utimesSync(file, old, old);
  jest.advanceTimersByTime(5_000);
  expect(Math.abs(statSync(file).mtimeMs - Date.now())).toBeLessThan(1_000);
  release();
  expect(jest.getTimerCount()).toBe(0);
});

test("a release leaves alone what another process has taken meanwhile", () => {
  const release = lockDirectory(directory);
  const other = { pid: process.pid, host: "elsewhere", started: "1" };
  plant(other);
  release();
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(other);
});

test("a process that is taking the directory over keeps others out, unless it died doing so", () => {
  plant({ pid: NOBODY, host: hostname(), started: "1" });
  const beside = `${file}.next`;
  plant({ pid: NOBODY, host: "elsewhere", started: "1" }, 0, beside);
  expect(refusal().code).toBe("store_locked");
  expect(readdirSync(directory)).toEqual(["ponte.lock", "ponte.lock.next"]);
  plant({ pid: NOBODY, host: hostname(), started: "1" }, 0, beside);
  const release = lockDirectory(directory);
  expect(readdirSync(directory)).toEqual(["ponte.lock"]);
  release();
});

test("of several processes that find an abandoned lock at one moment, exactly one gets it", async () => {
  const directories = Array.from({ length: 250 }, () => mkdtempSync(path.join(root, "race-")));
  for (const raced of directories)
    plant({ pid: NOBODY, host: hostname(), started: "1" }, 0, path.join(raced, "ponte.lock"));
  const start = Date.now() + 1_000;
  const racers = await Promise.all([1, 2, 3, 4].map(() => lockElsewhere(directories, start, 5)));
  const results = directories.map((_, index) => racers.map(({ lines }) => lines[index]));
  for (const result of results) {
    expect(result.filter((line) => line === "locked")).toHaveLength(1);
    expect(result.filter((line) => line === "store_locked")).toHaveLength(3);
  }
});
