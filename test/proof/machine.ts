import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";

/** What a program says of its version in one line; undefined where it is not installed. */
function ask(program: string, ...args: string[]): string | undefined {
  try {
    const said = execFileSync(program, args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return said.trim().split("\n")[0];
  } catch {
    return undefined;
  }
}

/** What the runs themselves write: a change of these alone is none of what is measured. */
const WRITTEN = [
  "docs/proof",
  "docs/scaling.md",
  "docs/img/proof-*",
  "bench/figures.json",
  "bench/results.md",
  "bench/peers/figures.json",
  "test/faults/figures.json",
];

/**
 * The commit that is run, whether anything of it was changed, and the tree of its `src/`: a commit that is put on another one
 * gets another name, the same source has the same tree in every commit.
 */
function describeCommit(): string {
  const commit = ask("git", "rev-parse", "--short", "HEAD");
  if (commit === undefined) return "unknown";
  const others = WRITTEN.map((path) => `:(top,exclude)${path}`);
  const changed = ask("git", "status", "--porcelain", "--", ":(top)", ...others);
  const tree = ask("git", "rev-parse", "--short", "HEAD:src") ?? "unknown";
  return `${changed === "" ? commit : `${commit}-dirty`} (tree of src: ${tree})`;
}

/** The lock file's version of a package. */
function versionOf(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  const { version }: { version: string } = JSON.parse(readFileSync(file, "utf8"));
  return version;
}

/** What a figure was obtained with: without these it cannot be compared with another. */
export function describeMachine(): readonly string[] {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const servers = [
    ask("psql", "--version"),
    ask("redis-server", "--version")?.replace(/ sha=.*/, ""),
    `PGlite ${versionOf("@electric-sql/pglite")}`,
  ];
  return [
    `Commit: ${describeCommit()}, ${new Date().toISOString().slice(0, 10)}`,
    `Machine: ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${gigabytes} GB, Linux ${release().split("-")[0]}`,
    `Node ${process.version}; ${servers.filter((one) => one !== undefined).join("; ")}`,
  ];
}
