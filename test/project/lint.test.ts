import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";

/** The habits that lint keeps: each breach below is planted in a folder of its own and must be reported. */

const importing = (path: string) =>
  `import { thing } from "${path}";\nexport const other = thing;\n`;
const LAYER = "eslint(no-restricted-imports)";
const GLOBAL = "eslint(no-restricted-globals)";

const BREACHES = [
  { label: "flow imports http", at: "src/flow/a.ts", code: importing("../http/x.ts"), rule: LAYER },
  { label: "flow imports main", at: "src/flow/b.ts", code: importing("../main.ts"), rule: LAYER },
  {
    label: "flow imports what runs it",
    at: "src/flow/b.ts",
    code: importing("../run.ts"),
    rule: LAYER,
  },
  { label: "http imports cli", at: "src/http/a.ts", code: importing("../cli/x.ts"), rule: LAYER },
  {
    label: "a channel imports flow",
    at: "src/channels/x/index.ts",
    code: importing("../../flow/x.ts"),
    rule: LAYER,
  },
  {
    label: "a channel imports db",
    at: "src/channels/x/settings.ts",
    code: importing("../../db/x.ts"),
    rule: LAYER,
  },
  {
    label: "a backend imports a channel",
    at: "src/answers/x/index.ts",
    code: importing("../../channels/x.ts"),
    rule: LAYER,
  },
  { label: "db imports flow", at: "src/db/a.ts", code: importing("../flow/x.ts"), rule: LAYER },
  { label: "db imports cache", at: "src/db/b.ts", code: importing("../cache/x.ts"), rule: LAYER },
  { label: "cache imports db", at: "src/cache/a.ts", code: importing("../db/x.ts"), rule: LAYER },
  { label: "media imports db", at: "src/media/a.ts", code: importing("../db/x.ts"), rule: LAYER },
  {
    label: "media imports flow",
    at: "src/media/b.ts",
    code: importing("../flow/x.ts"),
    rule: LAYER,
  },
  {
    label: "configuration imports flow",
    at: "src/config/a.ts",
    code: importing("../flow/x.ts"),
    rule: LAYER,
  },
  { label: "errors import db", at: "src/errors.ts", code: importing("./db/x.ts"), rule: LAYER },
  { label: "messages import pg", at: "src/messages.ts", code: importing("pg"), rule: LAYER },
  ...["receive", "render", "send"].flatMap((name) => [
    {
      label: `${name} imports the file system`,
      at: `src/channels/io/${name}.ts`,
      code: importing("node:fs"),
      rule: LAYER,
    },
    {
      label: `${name} imports db`,
      at: `src/channels/stored/${name}.ts`,
      code: importing("../../db/x.ts"),
      rule: LAYER,
    },
    {
      label: `${name} calls fetch`,
      at: `src/channels/net/${name}.ts`,
      code: "export const call = () => fetch;\n",
      rule: GLOBAL,
    },
    {
      label: `${name} reads process`,
      at: `src/channels/env/${name}.ts`,
      code: "export const pid = () => process.pid;\n",
      rule: GLOBAL,
    },
  ]),
  {
    label: "the WhatsApp dialect imports ioredis",
    at: "src/channels/whatsapp/deep/a.ts",
    code: importing("ioredis"),
    rule: LAYER,
  },
  {
    label: "a translation imports express",
    at: "src/answers/x/translate.ts",
    code: importing("express"),
    rule: LAYER,
  },
  {
    label: "a translation calls fetch",
    at: "src/answers/y/translate.ts",
    code: "export const call = () => fetch;\n",
    rule: GLOBAL,
  },
  {
    label: "the environment read below main",
    at: "src/flow/env.ts",
    code: "export const port = () => process.env;\n",
    rule: "node(no-process-env)",
  },
  {
    label: "console in src",
    at: "src/flow/console.ts",
    code: 'export const say = () => console.log("x");\n',
    rule: "eslint(no-console)",
  },
  {
    label: "a promise nobody waits for",
    at: "src/flow/floating.ts",
    code: "const work = async (): Promise<void> => {};\nexport const run = (): void => {\n  work();\n};\n",
    rule: "typescript(no-floating-promises)",
  },
  {
    label: "a promise where nobody looks at it",
    at: "src/flow/misused.ts",
    code: "export const run = (list: string[]): void => list.forEach(async () => {});\n",
    rule: "typescript(no-misused-promises)",
  },
  {
    label: "a switch that leaves a case out",
    at: "src/flow/switch.ts",
    code: 'export function pick(kind: "a" | "b"): void {\n  switch (kind) {\n    case "a":\n  }\n}\n',
    rule: "typescript(switch-exhaustiveness-check)",
  },
  {
    label: "any",
    at: "src/flow/any.ts",
    code: "export const take = (value: any): void => void value;\n",
    rule: "typescript(no-explicit-any)",
  },
  {
    label: "a non-null assertion",
    at: "src/flow/bang.ts",
    code: "export const take = (value?: string): string => value!;\n",
    rule: "typescript(no-non-null-assertion)",
  },
  {
    label: "a cast",
    at: "src/flow/cast.ts",
    code: "export const take = (value: unknown): string => value as string;\n",
    rule: "typescript(consistent-type-assertions)",
  },
  {
    label: "a method torn from its object",
    at: "src/flow/unbound.ts",
    code: "class Box {\n  open(): Box {\n    return this;\n  }\n}\nexport const open = new Box().open;\n",
    rule: "typescript(unbound-method)",
  },
  {
    label: "a default export",
    at: "src/flow/default.ts",
    code: "const thing = 1;\nexport default thing;\n",
    rule: "import(no-default-export)",
  },
  {
    label: "a type imported as a value",
    at: "src/flow/type.ts",
    code: 'import { Thing } from "./x.ts";\nexport const take = (value: Thing): void => void value;\n',
    rule: "typescript(consistent-type-imports)",
  },
  {
    label: "a file of more than 300 lines",
    at: "src/flow/long.ts",
    code: "export const a = 1;\n" + "// a line of the file\n".repeat(300),
    rule: "eslint(max-lines)",
  },
];

/** What the same habits must let pass. */
const CLEAN = [
  { at: "src/flow/clean.ts", code: importing("../db/x.ts") },
  { at: "src/channels/clean/render.ts", code: importing("../whatsapp/x.ts") },
  { at: "src/run.ts", code: "export const env = () => process.env;\n" },
  { at: "src/db/const.ts", code: 'export const NAMES = ["a"] as const;\n' },
  { at: "src/messages-free.ts", code: importing("./errors.ts") },
];

/** The project's own settings name type packages that the folder has not. */
const TYPES = {
  compilerOptions: { strict: true, target: "es2024", module: "nodenext", types: [], noEmit: true },
  include: ["src"],
};

const report = z.object({
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
});

let folder = "";
let found: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ponte-lint-"));
  await cp(".oxlintrc.json", join(folder, ".oxlintrc.json"));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(TYPES));
  for (const { at, code } of [...BREACHES, ...CLEAN]) {
    await mkdir(dirname(join(folder, at)), { recursive: true });
    await writeFile(join(folder, at), code);
  }
  const { diagnostics } = report.parse(JSON.parse(await lint(folder)));
  found = diagnostics.map(({ code, filename }) => `${filename} ${code}`);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Gives what lint prints; it ends with a failure because it finds something. */
function lint(cwd: string): Promise<string> {
  const program = resolve("node_modules/oxlint/bin/oxlint");
  const args = [program, "--type-aware", "--format", "json", "src"];
  const env = { ...process.env, PATH: `${resolve("node_modules/.bin")}:${process.env["PATH"]}` };
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd, env, maxBuffer: 10_000_000 }, (_error, output) => {
      done(output);
    });
  });
}

describe("lint", () => {
  test.each(BREACHES)("reports $label", ({ at, rule }) => {
    expect(found).toContain(`${at} ${rule}`);
  });

  test.each(CLEAN)("lets $at pass", ({ at }) => {
    expect(found.filter((line) => line.startsWith(`${at} `))).toEqual([]);
  });
});
