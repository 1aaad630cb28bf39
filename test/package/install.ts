import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

const ROOT = path.resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** What `npm pack` needs of a checkout. */
const SOURCES = [
  "package.json",
  "tsconfig.json",
  "src",
  "config",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
];

const packed = z.tuple([
  z.object({
    filename: z.string(),
    size: z.number(),
    files: z.array(z.object({ path: z.string() })),
  }),
]);

/** The package as it was made, installed into a folder that held nothing. */
export interface Installation {
  readonly folder: string;
  readonly files: readonly string[];
  /** Bytes of the tarball. */
  readonly size: number;
  /** Runs a program in the folder and gives its standard output; rejects with both outputs where it fails. */
  readonly run: (program: string, words: readonly string[], env?: Environment) => Promise<string>;
  /** Runs the installed command without waiting for its end. */
  readonly spawn: (words: readonly string[], env: Environment) => ReturnType<typeof spawn>;
  readonly remove: () => void;
}

type Environment = Readonly<Record<string, string>>;

/** The environment without what the surrounding npm tells its own scripts. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle|command|config_local_prefix|node)|NODE_OPTIONS|INIT_CWD)/.test(
        name,
      ),
  );
  return Object.fromEntries(ours);
}

/** What a command of ours sees: no variable of the machine but these. */
function bareEnvironment(env: Environment): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  const kept = { ...(PATH !== undefined && { PATH }), ...(HOME !== undefined && { HOME }) };
  return { ...kept, NODE_COMPILE_CACHE: path.join(tmpdir(), "ponte-compiled"), ...env };
}

async function npm(words: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await run("npm", [...words], { cwd, env: plainEnvironment() });
  return stdout;
}

/** Packs a copy of this checkout, which builds it, and installs the tarball as a stranger would. */
export async function installPackage(): Promise<Installation> {
  const place = mkdtempSync(path.join(tmpdir(), "ponte-package-"));
  const source = path.join(place, "source");
  const folder = path.join(place, "empty");
  for (const name of SOURCES)
    cpSync(path.join(ROOT, name), path.join(source, name), { recursive: true });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(source, "node_modules"));
  const told = await npm(["pack", "--json", "--pack-destination", place], source);
  // What the build says comes first.
  const [{ filename, size, files }] = packed.parse(JSON.parse(told.slice(told.search(/^\[/m))));
  mkdirSync(folder);
  writeFileSync(path.join(folder, "package.json"), '{ "private": true, "type": "module" }');
  // The Node that the package brings is left out: this one will do, and it is large.
  const quick = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
  await npm(["install", ...quick, path.join(place, filename)], folder);
  const command = path.join(folder, "node_modules/.bin/ponte");
  return {
    folder,
    files: files.map((file) => file.path),
    size,
    run: async (program, words, env = {}) => {
      const options = { cwd: folder, env: bareEnvironment(env), maxBuffer: 16 * 1024 * 1024 };
      return (await run(program, [...words], options)).stdout;
    },
    spawn: (words, env) =>
      spawn(process.execPath, [command, ...words], {
        cwd: folder,
        env: bareEnvironment(env),
        stdio: ["ignore", "pipe", "pipe"],
      }),
    remove: () => rmSync(place, { recursive: true, force: true }),
  };
}
