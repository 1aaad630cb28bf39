#!/usr/bin/env node
// The `ponte` command. A checkout runs its TypeScript as it is; an installed package carries what was made of it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const NEEDED = 24;

/** The right Node comes with the package; `npx` finds it by itself, other ways to call this may not. */
function ownNode() {
  try {
    return createRequire(import.meta.url).resolve("node/bin/node");
  } catch {
    return undefined;
  }
}

/** Becomes the same command under another Node. */
function runWith(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}

async function run() {
  const source = new URL("main.ts", import.meta.url);
  const built = new URL("../../dist/cli/main.js", import.meta.url);
  const isCheckout = existsSync(source);
  // As the program itself does: types that were stripped once need not be again.
  if (isCheckout)
    module.enableCompileCache(
      fileURLToPath(new URL("../../node_modules/.cache/ponte", import.meta.url)),
    );
  await import((isCheckout ? source : built).href);
}

const node = ownNode();
if (Number(process.versions.node.split(".")[0]) >= NEEDED) await run();
else if (node !== undefined) runWith(node);
else {
  process.stderr.write(
    `ponte needs Node ${NEEDED} or later, and this is ${process.version}: install it from https://nodejs.org\n`,
  );
  process.exitCode = 1;
}
