import { validate } from "dockerfile-utils";
import { describe, expect, test } from "@jest/globals";
import { readFile } from "./read.ts";

const text = readFile("Dockerfile");
const stages = text.split(/^FROM /m).slice(1);
const last = stages.at(-1) ?? "";

describe("the Dockerfile", () => {
  test("has no mistake that its linter knows", () => {
    expect(validate(text)).toEqual([]);
  });

  test("every stage begins with the Node that the package wants", () => {
    for (const stage of stages) expect(stage).toMatch(/^node:24-slim( AS \w+)?\n/);
  });

  test("the image carries JavaScript, and of the source the command alone", () => {
    const copied = [...last.matchAll(/^COPY (?:--from=\w+ )?(.+) \S+$/gm)].map(([, from]) => from);
    expect(copied).toEqual([
      "package.json LICENSE",
      "src/cli/ponte.js",
      "config",
      "/app/node_modules",
      "/app/dist",
    ]);
  });

  test("it runs as an unprivileged user, and Node is the first process", () => {
    const user = last.indexOf("\nUSER node\n");
    expect(user).toBeGreaterThan(0);
    expect(last.slice(user)).not.toMatch(/^(RUN|COPY|USER root)/m);
    expect(last).toMatch(/\nCMD \["node", "dist\/main\.js"\]\n$/);
  });

  test("what the build needs reaches it, and nothing that it must not", () => {
    const ignored = readFile(".dockerignore").split("\n").filter(Boolean);
    for (const name of [".env", ".git", "data", "dist", "node_modules", "test"])
      expect(ignored).toContain(name);
    for (const name of ["src", "config", "LICENSE", "package.json", "tsconfig.json"])
      expect(ignored).not.toContain(name);
  });
});
