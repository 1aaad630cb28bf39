import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { bundleFromSource, PAGES, WEB_BUILT } from "./bundle.ts";

// Writes the pages for an installation that has no source and no bundler: `npm run build`.
await rm(WEB_BUILT, { recursive: true, force: true });
for (const page of PAGES) {
  const folder = path.join(WEB_BUILT, page);
  await mkdir(folder, { recursive: true });
  const { assets } = await bundleFromSource(page);
  for (const [name, { bytes }] of assets) {
    await writeFile(path.join(folder, name), bytes);
    const zipped = gzipSync(bytes, { level: 9 }).byteLength;
    process.stdout.write(
      `${page}/${name}: ${(bytes.byteLength / 1_000).toFixed(1)} kB, ${(zipped / 1_000).toFixed(1)} kB gzip\n`,
    );
  }
}
