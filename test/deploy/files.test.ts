import { readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { place, readFile, readYaml } from "./read.ts";

const step = z
  .strictObject({
    id: z.string().optional(),
    name: z.string().optional(),
    uses: z.string().optional(),
    run: z.string().optional(),
    with: z.record(z.string(), z.unknown()).optional(),
    env: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ uses, run }) => (uses === undefined) !== (run === undefined), "uses or run");

const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));

const job = z.union([
  z.strictObject({ uses: z.string() }),
  z.strictObject({
    needs: z.string().optional(),
    if: z.string().optional(),
    "runs-on": z.string(),
    "timeout-minutes": z.int(),
    container: z.string().optional(),
    permissions: permissions.optional(),
    steps: z.array(step).min(1),
  }),
]);

/** The part of the workflow syntax that is used; any other key is a slip. */
const workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions,
  jobs: z.record(z.string(), job),
});

const workflows = readdirSync(place(".github/workflows")).map((name) => ({
  name,
  text: readFile(`.github/workflows/${name}`),
  read: () => workflow.parse(readYaml(`.github/workflows/${name}`)),
}));

describe("the workflows", () => {
  test.each(workflows)("$name is a workflow that may only read unless a job says so", (one) => {
    expect(one.read().permissions).toEqual({ contents: "read" });
  });

  test.each(workflows)("$name names a version of each action", ({ text }) => {
    for (const [, used = ""] of text.matchAll(/uses: (\S+)/g))
      expect(used).toMatch(/^(\.\/\.github\/workflows\/\w+\.yml|[\w./-]+@v\d+)$/);
  });

  test.each(workflows)("$name waits for jobs that it has", (one) => {
    const { jobs } = one.read();
    for (const each of Object.values(jobs))
      if ("needs" in each && each.needs !== undefined)
        expect(Object.keys(jobs)).toContain(each.needs);
  });

  test("a release is made of what has passed every check", () => {
    const text = readFile(".github/workflows/release.yml");
    expect(text.match(/needs: check/g)).toHaveLength(2);
    expect(readFile(".github/workflows/ci.yml")).toContain("workflow_call:");
  });
});

describe("the unit for systemd", () => {
  const unit = readFile("deploy/systemd/ponte.service");

  test("starts the built program, reloads by a signal and ends it by another", () => {
    expect(unit).toMatch(/^ExecStart=\S+\/node \S+\/ponte\/dist\/main\.js$/m);
    expect(unit).toMatch(/^ExecReload=\/bin\/kill -HUP \$MAINPID$/m);
    expect(unit).toMatch(/^KillSignal=SIGTERM$/m);
  });

  test("leaves the program one folder to write to, and no right", () => {
    for (const line of [
      "User=ponte",
      "ProtectSystem=strict",
      "NoNewPrivileges=yes",
      "CapabilityBoundingSet=",
      "StateDirectory=ponte",
    ])
      expect(unit.split("\n")).toContain(line);
    expect(unit).toContain("PONTE_DATA_DIR=/var/lib/ponte");
  });

  test("does not forbid what the compiler inside Node does", () => {
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute=/m);
  });
});

describe("ngrok.yml.example", () => {
  test("points at the port of the bridge", () => {
    const endpoint = z.strictObject({
      name: z.string(),
      upstream: z.strictObject({ url: z.literal(5006) }),
    });
    const file = z.strictObject({ version: z.literal(3), endpoints: z.tuple([endpoint]) });
    expect(() => file.parse(readYaml("ngrok.yml.example"))).not.toThrow();
  });
});
