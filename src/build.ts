import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";
import path from "node:path";
import { copyDocsFiles } from "./http/docs-files.ts";
import { buildPages } from "./http/pages/build.ts";

/** The folder of the package. */
const ROOT = path.resolve(import.meta.dirname, "..");
const SOURCE = path.join(ROOT, "src");
const BUILT = path.join(ROOT, "dist");

/** What the program reads beside its own modules. */
const ASSETS = "**/*.sql";

/** Node strips no types under node_modules, so an installed package carries what the compiler makes of the source. */
function compile(): void {
  const compiler = path.join(ROOT, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", SOURCE], { stdio: "inherit" });
  if (status !== 0) throw new Error("the source does not compile");
}

function copyAssets(): void {
  for (const file of globSync(ASSETS, { cwd: SOURCE }))
    cpSync(path.join(SOURCE, file), path.join(BUILT, file));
  copyDocsFiles(path.join(BUILT, "http"));
}

// `npm run build`: everything that an installation without the source needs, into dist/.
rmSync(BUILT, { recursive: true, force: true });
compile();
copyAssets();
await buildPages();
