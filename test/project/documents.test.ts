import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { isMap, isScalar, parseDocument } from "yaml";
import { BACKEND_MODULES } from "../../src/answers/index.ts";
import { CHANNEL_MODULES } from "../../src/channels/index.ts";
import { namesOf } from "../../src/config/environment.ts";
import { serverSettings } from "../../src/config/settings.ts";
import { SERVER_VARIABLES } from "../../src/config/variables.ts";
import { ERRORS } from "../../src/errors.ts";
import { firstCells, variablesIn } from "./tables.ts";

const VARIABLES = [
  ...SERVER_VARIABLES,
  ...CHANNEL_MODULES.flatMap(({ variables }) => variables),
  ...BACKEND_MODULES.flatMap(({ variables }) => variables),
];

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted();

const KNOWN = sorted(VARIABLES.flatMap(namesOf));

describe("environment variables", () => {
  test("the README lists exactly those that the program reads", () => {
    const rows = firstCells("README.md", "Configuration");
    expect(sorted(rows.flatMap(([first = ""]) => variablesIn(first)))).toEqual(KNOWN);
  });

  test("docs/configuration.md lists exactly those that the program reads", () => {
    const rows = firstCells("docs/configuration.md", "Variables");
    expect(sorted(rows.flatMap(([first = ""]) => variablesIn(first)))).toEqual(KNOWN);
  });

  test(".env.example lists exactly those that the program reads", () => {
    const lines = readFileSync(".env.example", "utf8").split("\n");
    const names = lines.map((line) => /^(?:# or )?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1] ?? "");
    expect(sorted(names.filter((name) => name !== ""))).toEqual(KNOWN);
  });

  test("docs/configuration.md names the setting that each variable fills", () => {
    const rows = firstCells("docs/configuration.md", "Variables");
    const documented = rows
      .filter(([first = ""]) => variablesIn(first).length > 0)
      .map(([first = "", setting = ""]) => [variablesIn(first)[0], setting.replaceAll("`", "")]);
    const server = SERVER_VARIABLES.map(({ name, path = [] }) => [name, path.join(".")]);
    const modules = [...CHANNEL_MODULES, ...BACKEND_MODULES].flatMap(({ variables }) =>
      variables.map(({ name, setting }) => [name, setting]),
    );
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries([...server, ...modules]));
  });

  test("docs/configuration.md marks the secrets, and no others", () => {
    const rows = firstCells("docs/configuration.md", "Variables");
    const marked = rows
      .filter((cells) => cells.at(-1)?.startsWith("secret"))
      .map(([first = ""]) => variablesIn(first)[0] ?? "");
    const server = SERVER_VARIABLES.filter(({ secret }) => secret === "value");
    const modules = [...CHANNEL_MODULES, ...BACKEND_MODULES].flatMap(({ variables }) =>
      variables.filter(({ secret }) => secret === true),
    );
    expect(sorted(marked)).toEqual(sorted([...server, ...modules].map(({ name }) => name)));
  });
});

describe("settings of the file", () => {
  const snakeCase = (name: string) =>
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const sections = Object.entries(serverSettings.shape).map(([section, schema]) => ({
    section,
    keys: Object.keys(schema.shape).map(snakeCase).toSorted(),
  }));

  const template = readFileSync("config/bridge.yml", "utf8")
    .split("\n")
    .filter((line) => !line.startsWith("##"))
    .map((line) => line.replace(/^# ?/, ""))
    .join("\n");

  test.each(sections)("config/bridge.yml shows every setting of $section", ({ section, keys }) => {
    const node = parseDocument(template).get(section);
    const shown = isMap(node)
      ? node.items.map(({ key }) => String(isScalar(key) ? key.value : key))
      : [];
    expect(shown.toSorted()).toEqual(keys);
  });

  test.each(sections.filter(({ section }) => !["server", "database", "redis"].includes(section)))(
    "docs/configuration.md explains every setting of $section",
    ({ section, keys }) => {
      const text = readFileSync("docs/configuration.md", "utf8");
      const part = text.split(`\n### \`${section}\`\n`)[1]?.split(/\n#{3,4} /)[0] ?? "";
      const rows = [...part.matchAll(/^\| `([a-z0-9_]+)`/gm)].map(([, key = ""]) => key);
      expect(rows.toSorted()).toEqual(keys);
    },
  );
});

describe("error codes", () => {
  test("the README lists exactly those of the program, with status and retry", () => {
    const rows = firstCells("README.md", "Errors").slice(1);
    const listed = rows.map(([code = "", status, retry]) => [
      code.replaceAll("`", ""),
      [status, retry],
    ]);
    const codes = Object.entries(ERRORS).map(([code, { status, retry }]) => [
      code,
      [String(status), retry ? "yes" : "no"],
    ]);
    expect(rows).toHaveLength(codes.length);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(codes));
  });
});

describe("the README", () => {
  const text = readFileSync("README.md", "utf8");

  test("gives the one command that tests a fresh copy", () => {
    expect(text).toContain("\n```sh elsewhere\nnpm ci && npm test\n```\n");
  });

  test("links only to what is there", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = ""]) => path);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });
});

test("decisions are numbered without gaps and dated", () => {
  const files = readdirSync("docs/adr").toSorted();
  expect(files.length).toBeGreaterThan(0);
  for (const [index, file] of files.entries()) {
    expect(file).toMatch(new RegExp(`^${String(index + 1).padStart(4, "0")}-[a-z0-9-]+\\.md$`));
    const text = readFileSync(`docs/adr/${file}`, "utf8");
    expect(text).toMatch(new RegExp(`^# ${index + 1}\\. .+\n\n\\d{4}-\\d{2}-\\d{2}\n`));
  }
});
