import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { createServerDatabase, fillDataFolder, hasServer } from "../database.ts";
import { type BridgeProcess, startBridge } from "../e2e/bridge-process.ts";
import { ADMIN_KEY } from "../e2e/world.ts";
import { BACKLOG_NAMES, METRIC_WORDS, QUEUE_NAMES } from "../../src/http/metric-words.ts";
import { firstCells } from "./tables.ts";

/** What Prometheus, Grafana and the documents name must be what the program shows. */

const FOLDER = "deploy/observability";
const RUNBOOKS = [
  { file: "docs/runbook.md", parts: ["**Meaning.**", "**Cause.**", "**Action.**"] },
  { file: "docs/pt-BR/runbook.md", parts: ["**Significado.**", "**Causa.**", "**Ação.**"] },
];

const rule = z.strictObject({
  alert: z.string().regex(/^Ponte[A-Za-z]+$/),
  expr: z.string().min(1),
  for: z
    .string()
    .regex(/^\d+[mh]$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(["critical", "warning"]) }),
  annotations: z.strictObject({
    summary: z.string().min(1),
    description: z.string().min(1),
    runbook_url: z.string(),
  }),
});

const ruleFile = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })),
});

const panel = z.looseObject({
  id: z.int(),
  type: z.enum(["row", "timeseries", "stat"]),
  title: z.string().min(1),
  description: z.string().optional(),
  gridPos: z.strictObject({ h: z.int(), w: z.int(), x: z.int(), y: z.int() }),
  targets: z
    .array(z.looseObject({ expr: z.string().min(1), datasource: z.looseObject({}) }))
    .optional(),
});

const dashboard = z.looseObject({
  uid: z.literal("ponte"),
  panels: z.array(panel),
  templating: z.looseObject({ list: z.array(z.looseObject({ name: z.string() })) }),
});

const readYaml = (file: string): unknown => parse(readFileSync(`${FOLDER}/${file}`, "utf8"));
const RULES = ruleFile.parse(readYaml("alerts.yml")).groups.flatMap(({ rules }) => rules);
const BOARD = dashboard.parse(
  JSON.parse(readFileSync(`${FOLDER}/grafana/dashboards/ponte.json`, "utf8")),
);
const CHARTS = BOARD.panels.filter(({ type }) => type !== "row");
const QUERIES = CHARTS.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** The names of metrics in a text; `up` is Prometheus' own. */
const metricsIn = (text: string): readonly string[] =>
  [...text.matchAll(/\b(?:ponte|nodejs|process)_[a-z0-9_]+\b/g)].map(([name]) => name);

/** The words that labels may be, where alerts select by them. */
const WORDS_OF: Readonly<Record<string, Iterable<string>>> = {
  "ponte_webhook_answers_total status": METRIC_WORDS.statusCodes,
  "ponte_events_total kind": METRIC_WORDS.eventKinds,
  "ponte_queue_oldest_seconds queue": [...QUEUE_NAMES, ...BACKLOG_NAMES],
  "ponte_queue_depth queue": [...QUEUE_NAMES, ...BACKLOG_NAMES],
  "ponte_turns_total outcome": METRIC_WORDS.turnOutcomes,
  "ponte_sends_total outcome": METRIC_WORDS.sendOutcomes,
  "ponte_send_failures_total class": METRIC_WORDS.failureClasses,
  "ponte_notices_total severity": METRIC_WORDS.severities,
  "ponte_config_reloads_total outcome": METRIC_WORDS.reloadOutcomes,
  "ponte_database_connections state": METRIC_WORDS.connectionStates,
};

/** What an expression selects: each alternative of each label. */
function selectionsIn(expr: string) {
  return [...expr.matchAll(/(ponte_[a-z_]+)\{([^}]*)\}/g)].flatMap(([, metric = "", body = ""]) =>
    [...body.matchAll(/(\w+)(?:=~|!=|=)"([^"]*)"/g)].map(([, label = "", value = ""]) => ({
      metric,
      label,
      values: value.split("|"),
    })),
  );
}

let bridge: BridgeProcess;
let scrape: string;
let shown: ReadonlySet<string>;
const folder = mkdtempSync(path.join(tmpdir(), "ponte-alerts-"));
let server: Awaited<ReturnType<typeof createServerDatabase>> | undefined;

beforeAll(async () => {
  server = (await hasServer()) ? await createServerDatabase() : undefined;
  const dataDir = path.join(folder, "data");
  if (server === undefined) await fillDataFolder(dataDir);
  bridge = await startBridge({
    PONTE_DATA_DIR: dataDir,
    PONTE_ADMIN_KEY: ADMIN_KEY,
    ...(server !== undefined && { DATABASE_URL: server.url }),
  });
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  scrape = await (await fetch(`${bridge.url}/metrics`, { headers })).text();
  const types = [...scrape.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  shown = new Set(
    types.flatMap(([, name = "", type]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}, 120_000);

afterAll(async () => {
  await bridge.stop("SIGKILL");
  await server?.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe("alerts", () => {
  test.each(RULES)("$alert asks for metrics that there are", ({ expr }) => {
    expect(metricsIn(expr).filter((name) => !shown.has(name))).toEqual([]);
    expect(metricsIn(expr).length > 0 || expr.includes("up{")).toBe(true);
  });

  test.each(RULES)("$alert says only what its expression keeps", ({ expr, annotations }) => {
    const told = `${annotations.summary} ${annotations.description}`;
    const used = [...told.matchAll(/\$labels\.(\w+)/g)].map(([, label = ""]) => label);
    const kept = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) =>
      list.split(",").map((label) => label.trim()),
    );
    const all = expr.startsWith("up{") ? ["instance"] : kept;
    expect(used.filter((label) => !all.includes(label))).toEqual([]);
  });

  test.each(RULES)("$alert selects words that its metric can have", ({ expr }) => {
    const unknown = selectionsIn(expr).filter(({ metric, label, values }) =>
      values.some((value) => {
        const pattern = new RegExp(`^(?:${value})$`);
        const known = WORDS_OF[`${metric} ${label}`] ?? [];
        return ![...known, "other"].some((word) => pattern.test(word));
      }),
    );
    expect(unknown).toEqual([]);
  });

  test.each(RULES)("$alert names its own section of the runbook", ({ alert, annotations }) => {
    expect(annotations.runbook_url).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
  });

  test("have names of their own", () => {
    expect(new Set(RULES.map(({ alert }) => alert)).size).toBe(RULES.length);
  });
});

describe.each(RUNBOOKS)("$file", ({ file, parts }) => {
  const sections = readFileSync(file, "utf8").split(/^## /m).slice(1);
  const titleOf = (section: string): string => section.split("\n")[0] ?? "";

  test("has a section for every alert and for nothing else", () => {
    expect(sections.map(titleOf)).toEqual(RULES.map(({ alert }) => alert));
  });

  test.each(sections.map((section) => ({ title: titleOf(section), section })))(
    "says of $title what it means, why it comes and what to do",
    ({ section }) => {
      const places = parts.map((part) => section.indexOf(part));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(Math.min(...places)).toBeGreaterThan(0);
    },
  );

  test("leads only to sections that it has", () => {
    const links = [...readFileSync(file, "utf8").matchAll(/\]\(#([a-z]+)\)/g)];
    const anchors = sections.map((section) => titleOf(section).toLowerCase());
    expect(links.map(([, anchor]) => anchor).filter((one = "") => !anchors.includes(one))).toEqual(
      [],
    );
  });
});

describe("the dashboard", () => {
  test.each(CHARTS)("$title asks for metrics that there are", ({ targets = [], description }) => {
    expect(targets.length).toBeGreaterThan(0);
    expect(description).toBeDefined();
    const names = targets.flatMap(({ expr }) => metricsIn(expr));
    expect(names.filter((name) => !shown.has(name))).toEqual([]);
  });

  test("shows every metric of ours", () => {
    const asked = new Set(QUERIES.flatMap(metricsIn).map(plain));
    const ours = [...shown].filter((name) => name.startsWith("ponte_")).map(plain);
    expect(ours.filter((name) => !asked.has(name))).toEqual([]);
  });

  test("has panels with ids of their own that do not cover each other", () => {
    expect(new Set(BOARD.panels.map(({ id }) => id)).size).toBe(BOARD.panels.length);
    const cells = BOARD.panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...BOARD.panels.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24);
  });

  test("uses only variables that it has", () => {
    const known = [...BOARD.templating.list.map(({ name }) => name), "__rate_interval", "__all"];
    const used = [...JSON.stringify(BOARD).matchAll(/\$\{?(\w+)\}?/g)].map(([, name = ""]) => name);
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
  });
});

/** A metric as documents name it: of a histogram its family. */
const plain = (name: string): string => name.replace(/_(bucket|sum|count)$/, "");

test("docs/observability.md lists every metric of ours, with its kind and labels, and nothing else", () => {
  const rows = firstCells("docs/observability.md", "Metrics")
    .map((cells) => cells.map((cell) => cell.replaceAll("`", "")))
    .filter(([name = ""]) => name.startsWith("ponte_"));
  const types = [...scrape.matchAll(/^# TYPE (ponte_\S+) (\S+)$/gm)];
  expect(rows.map(([name, kind]) => `${name} ${kind}`).toSorted()).toEqual(
    types.map(([, name, type]) => `${name} ${type}`).toSorted(),
  );
});

test("every document and file here names metrics that there are", () => {
  const families = new Set([...shown].map(plain));
  for (const { file } of [...RUNBOOKS, { file: "docs/observability.md" }]) {
    const named = metricsIn(readFileSync(file, "utf8")).map(plain);
    const isName = (name: string) => !/^(nodejs|process)_$|^ponte_admin_key$/.test(name);
    expect(named.filter((name) => isName(name) && !families.has(name))).toEqual([]);
  }
});

test("docs/observability.md names the labels that the program gives", () => {
  const rows = firstCells("docs/observability.md", "Metrics").map((cells) =>
    cells.map((cell) => cell.replaceAll("`", "")),
  );
  for (const [name = "", , labels = ""] of rows.filter(([first = ""]) =>
    first.startsWith("ponte_"),
  )) {
    const line = scrape.split("\n").find((text) => text.startsWith(`${name}{`));
    if (line === undefined) continue;
    const given = [...line.matchAll(/(\w+)="/g)].map(([, label = ""]) => label);
    expect([name, labels.split(", ").filter((label) => label !== "")]).toEqual([name, given]);
  }
});

test("the program itself shows no number and no name of a person as a label", () => {
  const values = [...scrape.matchAll(/="([^"]*)"/g)].map(([, value = ""]) => value);
  expect(values.filter((value) => /\d{8,}/.test(value))).toEqual([]);
});

test("Prometheus is told where the rules are, and the collector passes traces on", () => {
  const prometheus = z
    .looseObject({ rule_files: z.array(z.string()) })
    .parse(readYaml("prometheus.yml"));
  expect(prometheus.rule_files).toEqual(["/etc/prometheus/alerts.yml"]);
  const collector = z
    .looseObject({
      service: z.looseObject({
        pipelines: z.strictObject({
          traces: z.strictObject({
            receivers: z.array(z.string()),
            processors: z.array(z.string()),
            exporters: z.array(z.string()),
          }),
        }),
      }),
      receivers: z.record(z.string(), z.unknown()),
      processors: z.record(z.string(), z.unknown()),
      exporters: z.record(z.string(), z.unknown()),
    })
    .parse(readYaml("otel-collector.yml"));
  const { traces } = collector.service.pipelines;
  expect(traces.receivers).toEqual(Object.keys(collector.receivers));
  expect(traces.processors).toEqual(Object.keys(collector.processors));
  expect(traces.exporters).toEqual(Object.keys(collector.exporters));
});
