import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { watchFiles } from "../src/watch-files.ts";
import { until } from "./until.ts";

describe("watchFiles", () => {
  let folder = "";
  let changes = 0;
  let failures: Error[] = [];
  let stop = (): void => undefined;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "watched-"));
    changes = 0;
    failures = [];
  });
  afterEach(() => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const inFolder = (name: string): string => path.join(folder, name);
  const watch = (...paths: readonly string[]): void => {
    stop = watchFiles(
      paths,
      () => void (changes += 1),
      (error) => void failures.push(error),
    );
  };

  test("several writes in a row are one change", async () => {
    writeFileSync(inFolder("a.yml"), "1");
    watch(folder);
    for (const text of ["2", "3", "4"]) writeFileSync(inFolder("a.yml"), text);
    await until(() => changes > 0);
    await sleep(300);
    expect(changes).toBe(1);
    writeFileSync(inFolder("b.yml"), "new");
    await until(() => changes > 1);
    expect(failures).toEqual([]);
  });

  test("a file that another takes the place of is watched on", async () => {
    writeFileSync(inFolder("a.yml"), "1");
    watch(inFolder("a.yml"));
    writeFileSync(inFolder("a.tmp"), "2");
    renameSync(inFolder("a.tmp"), inFolder("a.yml"));
    await until(() => changes > 0);
    renameSync(inFolder("a.yml"), inFolder("a.tmp"));
    await until(() => changes > 1);
    expect(changes).toBe(2);
  });

  test("after the stop nothing is called back, not even what was on its way", async () => {
    watch(folder);
    writeFileSync(inFolder("a.yml"), "1");
    await sleep(20);
    stop();
    await sleep(300);
    expect(changes).toBe(0);
  });

  test("a folder that is not there is told, the others are watched", async () => {
    watch(inFolder("none/a.yml"), folder);
    expect(failures).toHaveLength(1);
    writeFileSync(inFolder("a.yml"), "1");
    await until(() => changes > 0);
  });
});
