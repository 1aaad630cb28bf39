import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { CHANNEL_MODULES } from "../../src/channels/index.ts";
import { isReportCode } from "../../src/channels/sms/report-codes.ts";
import { errorKeyOf } from "../../src/channels/whatsapp/refusals/errors.ts";
import { BACKEND_MODULES } from "../../src/answers/index.ts";
import { commandSettings } from "../../src/config/command-settings.ts";
import { namesOf } from "../../src/config/environment.ts";
import { SERVER_VARIABLES } from "../../src/config/variables.ts";
import { ERRORS } from "../../src/errors.ts";
import { ALIASES } from "../../src/http/aliases.ts";
import { ROUTES } from "../../src/http/api/routes.ts";
import { anchorsOf, headingLevelsOf, linksOf, tablesOf } from "./markdown.ts";
import { listFences } from "./shell-blocks.ts";
import { variablesIn } from "./tables.ts";

const DOCUMENTS = globSync("docs/**/*.md").toSorted();
const PORTUGUESE = globSync("docs/pt-BR/**/*.md").toSorted();
const MIGRATIONS = [...globSync("docs/migrate/*.md"), ...globSync("docs/pt-BR/migrate/*.md")];
const read = (file: string): string => readFileSync(file, "utf8");
const anchors = new Map<string, ReadonlySet<string>>();
const anchorsIn = (file: string): ReadonlySet<string> => {
  const found = anchors.get(file) ?? anchorsOf(read(file));
  anchors.set(file, found);
  return found;
};
const codeIn = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].toSorted();

describe("links", () => {
  test.each(DOCUMENTS.map((file) => ({ file })))(
    "$file leads only to what is there",
    ({ file }) => {
      const wrong = linksOf(read(file)).filter((link) => {
        const [target = "", anchor] = link.split("#");
        const at = target === "" ? file : path.normalize(path.join(path.dirname(file), target));
        if (!existsSync(at)) return true;
        return anchor !== undefined && !anchorsIn(at).has(anchor);
      });
      expect(wrong).toEqual([]);
    },
  );

  test("the map names every document", () => {
    const named = linksOf(read("docs/README.md")).map((link) => `docs/${link.split("#")[0]}`);
    const others = DOCUMENTS.filter((file) => !/^docs\/(README\.md|adr\/|pt-BR\/)/.test(file));
    expect(others.filter((file) => !named.includes(file))).toEqual([]);
  });
});

describe("Portuguese", () => {
  const translated = (folder: string) =>
    globSync(`docs/${folder}/*.md`).map((file) => file.replace("docs/", ""));
  const EXPECTED = [
    "quick-start.md",
    "commands.md",
    "lgpd.md",
    "faq.md",
    "backends/rasa.md",
    "backends/templates.md",
    ...translated("channels"),
    ...translated("migrate"),
  ];

  test.each(EXPECTED.map((file) => ({ file })))("there is $file", ({ file }) => {
    expect(PORTUGUESE).toContain(`docs/pt-BR/${file}`);
  });

  test("its map names every guide", () => {
    const named = linksOf(read("docs/pt-BR/README.md")).map((link) => `docs/pt-BR/${link}`);
    const others = PORTUGUESE.filter((file) => file !== "docs/pt-BR/README.md");
    expect(others.filter((file) => !named.includes(file))).toEqual([]);
  });

  test.each(
    PORTUGUESE.filter((file) => file !== "docs/pt-BR/README.md").map((file) => ({
      file,
      english: file.replace("/pt-BR/", "/"),
    })),
  )("$file is built as the English one", ({ file, english }) => {
    const shape = (name: string) => ({
      headings: headingLevelsOf(read(name)),
      rows: tablesOf(read(name)).map(({ rows }) => rows.length),
      fences: listFences(read(name)).map(({ info }) => info.split(" ")[0]),
    });
    expect(shape(file)).toEqual(shape(english));
  });
});

describe("error codes", () => {
  const tables = tablesOf(read("docs/errors.md")).filter(({ head }) => head.includes("retry"));
  const rows = tables.flatMap(({ rows: found }) => found);

  test("docs/errors.md lists exactly those of the program, with status and retry", () => {
    const listed = rows.map(([code = "", status, retry]) => [codeIn(code)[0], [status, retry]]);
    const known = Object.entries(ERRORS).map(([code, { status, retry }]) => [
      code,
      [String(status), retry ? "yes" : "no"],
    ]);
    expect(rows).toHaveLength(known.length);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(known));
  });

  test("each has a meaning, a cause and something to do", () => {
    expect(rows.filter((cells) => cells.length !== 6 || cells.includes(""))).toEqual([]);
  });
});

describe("migration guides", () => {
  const variables = new Set(
    [
      ...SERVER_VARIABLES,
      ...[...CHANNEL_MODULES, ...BACKEND_MODULES].flatMap((m) => m.variables),
    ].flatMap(namesOf),
  );
  const routes = new Set([
    "/health",
    ...CHANNEL_MODULES.map(({ defaultName }) => `/webhooks/${defaultName}/webhook`),
    ...ALIASES.map(({ path: alias }) => alias.replace(/\{.*\}/, "/")),
    ...ROUTES.map(({ path: route }) => `/api/v1${route}`),
    ...messagingTestRoutes(),
  ]);
  const views = new Set(
    globSync("src/db/migrations/*.sql").flatMap((file) =>
      [...read(file).matchAll(/create (?:or replace )?view (\w+)/g)].map(([, name = ""]) => name),
    ),
  );
  const ours = MIGRATIONS.flatMap((file) =>
    tablesOf(read(file)).flatMap(({ head, rows }) =>
      rows.flatMap((cells) =>
        codeIn(cells[head.indexOf("Ponte")] ?? "").map((code) => ({ file, code })),
      ),
    ),
  );
  const kindOf = (code: string): "variable" | "route" | "view" | undefined => {
    if (/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(code)) return "variable";
    if (/^(?:(?:GET|POST|PATCH|DELETE) )?\/[a-z]/.test(code) && !code.startsWith("/start"))
      return "route";
    return /^(?:whatsapp|campaign)_[a-z_]+$/.test(code) ? "view" : undefined;
  };

  test.each(MIGRATIONS.map((file) => ({ file })))(
    "$file maps variables, routes and views",
    ({ file }) => {
      const kinds = sorted(
        ours.filter((one) => one.file === file).flatMap(({ code }) => kindOf(code) ?? []),
      );
      expect(kinds).toEqual(["route", "variable", "view"]);
    },
  );

  test.each([
    { kind: "variable", known: variables },
    { kind: "route", known: routes },
    { kind: "view", known: views },
  ] as const)("every $kind they name as ours exists", ({ kind, known }) => {
    const named = ours.filter(({ code }) => kindOf(code) === kind);
    const missing = named.filter(({ code }) => !known.has(code.replace(/^[A-Z]+ /, "")));
    expect(missing).toEqual([]);
  });

  test("every view of the program is in one of them", () => {
    const documented = new Set(ours.map(({ code }) => code));
    const theirs = [...views].filter((name) => /^(?:whatsapp|campaign)_/.test(name));
    expect(theirs.filter((name) => !documented.has(name))).toEqual([]);
  });
});

describe("channel guides", () => {
  const guides = CHANNEL_MODULES.filter(({ type }) => type !== "acs-connect").flatMap((module) => [
    { ...module, file: `docs/channels/${module.type}.md` },
    { ...module, file: `docs/pt-BR/channels/${module.type}.md` },
  ]);

  test.each(guides)(
    "$file lists every variable of its channel, and no other",
    ({ file, variables }) => {
      const table = tablesOf(read(file)).at(-1);
      const listed = table?.rows.flatMap(([first = ""]) => variablesIn(first)) ?? [];
      expect(sorted(listed)).toEqual(sorted(variables.map(({ name }) => name)));
    },
  );

  test.each(guides)("$file explains only codes that the channel knows", ({ file, type }) => {
    const codes = tablesOf(read(file)).flatMap(({ rows }) =>
      rows.flatMap(([first = ""]) => codeIn(first)),
    );
    const numbers = codes.filter((code) => /^\d{3,7}$/.test(code));
    const isKnown = (code: string) =>
      type === "sms" ? isReportCode(code) : errorKeyOf(code) !== undefined;
    expect(numbers.filter((code) => !isKnown(code))).toEqual([]);
    const own = codes.filter((code) =>
      /^(webhook|channel|answer|store|request)_[a-z_]+$/.test(code),
    );
    expect(own.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });
});

describe("commands", () => {
  const keywords = Object.entries(commandSettings.parse({}).keywords);
  const wordsOf = (languages: Readonly<Record<string, readonly string[]>>): string[] =>
    sorted(Object.values(languages).flat());

  test.each(["docs/commands.md", "docs/pt-BR/commands.md"].map((file) => ({ file })))(
    "$file lists every word of every command",
    ({ file }) => {
      const rows = tablesOf(read(file))[0]?.rows ?? [];
      const listed = rows.map(([name = "", slash = "", whole = ""]) => [
        codeIn(name)[0],
        sorted([...codeIn(slash), ...codeIn(whole)].filter((word) => word !== "atendente")),
      ]);
      const known = keywords.map(([name, languages]) => [name, wordsOf(languages)]);
      expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(known));
    },
  );
});

describe("figures", () => {
  test("every figure of docs/scaling.md stands in bench/results.md", () => {
    const measured = new Set(read("bench/results.md").match(/\d+(?:\.\d+)?/g));
    const rows = tablesOf(read("docs/scaling.md"))[0]?.rows ?? [];
    const figures = rows.flatMap(([, figure = ""]) => figure.match(/\d+(?:\.\d+)?/g) ?? []);
    expect(figures.length).toBeGreaterThanOrEqual(rows.length);
    expect(figures.filter((figure) => !measured.has(figure))).toEqual([]);
  });
});

describe("pictures", () => {
  const shown = globSync("docs/img/conversion-*.png");

  test("there are some of the conversion, each small", () => {
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThanOrEqual(8);
    expect(shown.filter((file) => statSync(file).size > 80_000)).toEqual([]);
  });

  test("each is shown by docs/conversion.md", () => {
    const links = linksOf(read("docs/conversion.md"));
    expect(shown.filter((file) => !links.includes(file.replace("docs/", "")))).toEqual([]);
  });
});

/** The two routes for test messages, as their module spells them. */
function messagingTestRoutes(): readonly string[] {
  const source = read("src/http/messaging-tests.ts");
  return [...source.matchAll(/^ +"(\/messaging[a-z/-]*)"/gm)].map(([, route = ""]) => route);
}
