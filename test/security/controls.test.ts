import { existsSync, globSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { z } from "zod";
import { CONTROLS } from "./controls.ts";

const files = CONTROLS.flatMap(({ suites }) => suites.map(({ file }) => file));

test("there is a row for each control of the checklist", () => {
  const wanted = Array.from({ length: 23 }, (_, index) => `S${index + 1}`);
  expect(CONTROLS.map(({ id }) => id)).toEqual(wanted);
});

test("each rests on tests that are there, and each suite of this folder holds one", () => {
  expect(files.filter((file) => !existsSync(`test/${file}`))).toEqual([]);
  const own = globSync("test/security/s*.test.ts").map((file) => file.replace("test/", ""));
  expect(own.filter((file) => !files.includes(file))).toEqual([]);
});

test("the threat model names every control, and only suites that are there", () => {
  const text = readFileSync("docs/threat-model.md", "utf8");
  const named = new Set([...text.matchAll(/\bS\d+\b/g)].map(([id]) => id));
  expect(CONTROLS.map(({ id }) => id).filter((id) => !named.has(id))).toEqual([]);
  const cited = [...text.matchAll(/`(test\/[\w./-]+)`/g)].map(([, file = ""]) => file);
  expect(cited.filter((file) => !existsSync(file))).toEqual([]);
});

const dependencies = z.record(z.string(), z.string());
const manifest = z.object({ dependencies, devDependencies: dependencies });
const lock = z.object({
  packages: z.record(z.string(), z.looseObject({ integrity: z.string().optional() })),
});

test("dependencies are pinned to one version each, and the lock file knows the sum of every package that is run", () => {
  const own = manifest.parse(JSON.parse(readFileSync("package.json", "utf8")));
  const ranges = Object.entries({ ...own.dependencies, ...own.devDependencies });
  expect(ranges.filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
  const { packages } = lock.parse(JSON.parse(readFileSync("package-lock.json", "utf8")));
  // Builds of development tools for other systems: npm looks their sums up where they are installed.
  const bare = Object.entries(packages).filter(
    ([name, one]) =>
      name !== "" &&
      one.integrity === undefined &&
      one["inBundle"] !== true &&
      !(one["dev"] === true && one["optional"] === true),
  );
  expect(bare.map(([name]) => name)).toEqual([]);
});
