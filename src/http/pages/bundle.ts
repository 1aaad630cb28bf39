import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** One file of a page, as the browser gets it. */
export interface Asset {
  readonly type: "js" | "css" | "svg";
  readonly bytes: Uint8Array;
}

/** A page's files by name, with the names of those that its HTML loads. */
export interface Bundle {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
}

export const PAGES = ["admin", "simulator"] as const;

export type PageName = (typeof PAGES)[number];

const here = path.dirname(fileURLToPath(import.meta.url));

/** Where the pages' source is in a checkout; in an installed package what was built of them stands there. */
const WEB_SOURCE = path.resolve(here, "../../web");

/** Tells the one from the other. */
const hasSource = (): boolean => existsSync(path.join(WEB_SOURCE, PAGES[0], "main.tsx"));

/** Where `npm run build` writes them. */
export const WEB_BUILT = path.resolve(here, "../../../dist/web");

/** How the name of a page's own script begins. */
const ENTRY = "main-";

const typeOf = (name: string): Asset["type"] | undefined =>
  (["js", "css", "svg"] as const).find((type) => name.endsWith(`.${type}`));

/** Bundles a page from its source. Throws what esbuild throws, and where esbuild is not installed. */
export async function bundleFromSource(page: PageName): Promise<Bundle> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [path.join(WEB_SOURCE, page, "main.tsx")],
    outdir: path.join(WEB_BUILT, page),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: "esm",
    target: ["es2022"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    charset: "utf8",
    logLevel: "silent",
  });
  return toBundle(
    outputFiles.map(({ path: file, contents }) => [path.basename(file), contents] as const),
  );
}

/** Reads a page as it was built into `root`. Throws where it was not. */
export async function readBuilt(page: PageName, root: string = WEB_BUILT): Promise<Bundle> {
  const folder = path.join(root, page);
  const names = (await readdir(folder)).toSorted();
  return toBundle(
    await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(folder, name))] as const),
    ),
  );
}

function toBundle(files: readonly (readonly [string, Uint8Array])[]): Bundle {
  const assets = new Map(
    files.flatMap(([name, bytes]) => {
      const type = typeOf(name);
      return type === undefined ? [] : [[name, { type, bytes }] as const];
    }),
  );
  const named = (type: Asset["type"]) => [...assets.keys()].filter((name) => typeOf(name) === type);
  // Other scripts are parts that the first one fetches.
  const scripts = named("js").filter((name) => name.startsWith(ENTRY));
  return { assets, scripts, styles: named("css") };
}

/** Gives each page's bundle, made once when it is first asked for: from source where that is here, else as it was built. */
export function createBundles(): (page: PageName) => Promise<Bundle> {
  const made = new Map<PageName, Promise<Bundle>>();
  return (page) => {
    const known = made.get(page);
    if (known !== undefined) return known;
    const bundle = hasSource() ? bundleFromSource(page) : readBuilt(page);
    made.set(page, bundle);
    // What failed is tried again: a source may be mended while the bridge runs.
    bundle.catch(() => made.delete(page));
    return bundle;
  };
}
