import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import {
  type Asset,
  type Bundle,
  bundleFromSource,
  PAGES,
  readBuilt,
} from "../../../src/http/pages/bundle.ts";

/** Bytes, compressed, that whatever a place of a page needs may take. */
const MOST = 120_000;

/** What only the server's own code has: an error table that slipped into a page. */
const SERVER_ONLY = ["store_unavailable", "request_idempotency_mismatch"];

const textOf = ({ bytes }: Asset) => new TextDecoder().decode(bytes);

/** The parts that a script needs before it runs, itself among them. */
function needed(assets: Bundle["assets"], name: string, known = new Set<string>()): Set<string> {
  const asset = assets.get(name);
  if (asset === undefined || known.has(name)) return known;
  known.add(name);
  const imports = textOf(asset).matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g);
  for (const [, part = ""] of imports) needed(assets, part, known);
  return known;
}

/** The parts that a script fetches when somebody goes there. */
function fetched(assets: Bundle["assets"], name: string): readonly string[] {
  const asset = assets.get(name);
  const text = asset === undefined ? "" : textOf(asset);
  return [...text.matchAll(/import\("\.\/([\w-]+\.js)"\)/g)].map(([, part = ""]) => part);
}

describe.each(PAGES)("the page %s", (page) => {
  test("is small wherever one goes, and without the server's code", async () => {
    const { assets, scripts, styles } = await bundleFromSource(page);
    expect({ scripts, styles }).toEqual({
      scripts: [expect.stringMatching(/^main-\w{8}\.js$/)],
      styles: [expect.stringMatching(/^main-\w{8}\.css$/)],
    });
    const entry = scripts[0] ?? "";
    const sizeOf = (name: string) =>
      gzipSync(assets.get(name)?.bytes ?? "", { level: 9 }).byteLength;
    const places = [[entry], ...fetched(assets, entry).map((part) => [entry, part])];
    for (const place of places) {
      const parts = place.reduce((known, name) => needed(assets, name, known), new Set(styles));
      const size = [...parts].reduce((sum, name) => sum + sizeOf(name), 0);
      expect({ place, isSmall: size < MOST }).toEqual({ place, isSmall: true });
    }
    const script = [...assets.values()].map(textOf).join("\n");
    expect(SERVER_ONLY.filter((word) => script.includes(word))).toEqual([]);
  });

  test("is the same once it was built", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "ponte-pages-"));
    const { assets, ...named } = await bundleFromSource(page);
    await mkdir(path.join(folder, page));
    for (const [name, { bytes }] of assets) await writeFile(path.join(folder, page, name), bytes);
    await writeFile(path.join(folder, page, "notes.txt"), "no file of a page");
    const built = await readBuilt(page, folder);
    expect({ scripts: built.scripts, styles: built.styles }).toEqual(named);
    expect([...built.assets.keys()].toSorted()).toEqual([...assets.keys()].toSorted());
    await rm(folder, { recursive: true });
    await expect(readBuilt(page, folder)).rejects.toThrow("ENOENT");
  });
});
