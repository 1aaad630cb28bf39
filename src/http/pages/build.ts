import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { bundleFromSource, PAGES, WEB_BUILT } from "./bundle.ts";

/** Writes the pages for an installation that has no source and no bundler, and says how large they are. */
export async function buildPages(): Promise<void> {
  await rm(WEB_BUILT, { recursive: true, force: true });
  for (const page of PAGES) {
    const folder = path.join(WEB_BUILT, page);
    await mkdir(folder, { recursive: true });
    const { assets } = await bundleFromSource(page);
    for (const [name, { bytes }] of assets) {
      await writeFile(path.join(folder, name), bytes);
      const zipped = gzipSync(bytes, { level: 9 }).byteLength;
      const [plain, small] = [bytes.byteLength, zipped].map((size) => (size / 1_000).toFixed(1));
      process.stdout.write(`${page}/${name}: ${plain} kB, ${small} kB gzip\n`);
    }
  }
}
