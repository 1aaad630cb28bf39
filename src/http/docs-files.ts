import { cpSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** What the page loads of Swagger UI: nothing comes from elsewhere. */
export const DOCS_FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"] as const;

/** What its licence asks to go with them. */
const LEGAL = ["LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"] as const;

/** Where a build puts them: the package itself brings along one whose install script reports to its maker. */
const BUILT = path.join(import.meta.dirname, "swagger-ui");

const packageFolder = (): string =>
  path.dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

/** The folder of the files: beside this module in a built program, the package's own in a checkout. */
export const findDocsFiles = (): string => (existsSync(BUILT) ? BUILT : packageFolder());

/** Copies the files into the folder of a built program's `http` modules. */
export function copyDocsFiles(folder: string): void {
  for (const file of [...DOCS_FILES, ...LEGAL])
    cpSync(path.join(packageFolder(), file), path.join(folder, "swagger-ui", file));
}
