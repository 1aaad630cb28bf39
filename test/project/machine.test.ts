import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { describeMachine } from "../proof/machine.ts";

/** What every figure of `docs/proof/` is obtained with. */

const git = (...args: string[]): string => execFileSync("git", args, { encoding: "utf8" }).trim();

test("a figure names its commit, and the source by what it is", () => {
  const [commit] = describeMachine();
  const name = git("rev-parse", "--short", "HEAD");
  const tree = git("rev-parse", "--short", "HEAD:src");
  expect(commit).toMatch(
    new RegExp(String.raw`^Commit: ${name}(-dirty)? \(tree of src: ${tree}\), \d{4}-\d\d-\d\d$`),
  );
});
