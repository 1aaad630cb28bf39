import { readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { place, readFile, readYaml } from "./read.ts";

const CHART = "deploy/helm/ponte";
const templates = readdirSync(place(`${CHART}/templates`)).map((name) => ({
  name,
  text: readFile(`${CHART}/templates/${name}`),
}));
const schemaJson: unknown = JSON.parse(readFile(`${CHART}/values.schema.json`));
const schema = z.fromJSONSchema(z.looseObject({}).parse(schemaJson));
const values = z.looseObject({}).parse(readYaml(`${CHART}/values.yaml`));
const all = templates.map(({ text }) => text).join("\n");

/** Whether a path of values, such as `web.replicas`, exists. */
function has(path: string): boolean {
  let at: unknown = values;
  for (const key of path.split(".")) {
    const record = z.record(z.string(), z.unknown()).safeParse(at);
    if (!record.success || !(key in record.data)) return false;
    at = record.data[key];
  }
  return true;
}

describe("the values", () => {
  test("fit their schema", () => {
    expect(schema.safeParse(values).error).toBeUndefined();
  });

  test.each([
    { label: "a slip in a name", change: { replcias: 3 } },
    { label: "a secret among the plain variables", change: { env: { DATABASE_URL: "x" } } },
    { label: "no pod at all", change: { web: { replicas: 0 } } },
    { label: "a time that is no number", change: { drainMs: "5s" } },
  ])("$label is refused", ({ change }) => {
    expect(schema.safeParse({ ...values, ...change }).success).toBe(false);
  });

  test("are all used, and no other is", () => {
    const used = [...all.matchAll(/\.Values\.([A-Za-z.]+)/g)].map(([, name = ""]) => name);
    expect(used.filter((name) => !has(name))).toEqual([]);
    const roots = new Set([...used.map((name) => name.split(".")[0]), "web", "worker"]);
    expect(Object.keys(values).filter((name) => !roots.has(name))).toEqual([]);
  });
});

describe("the templates", () => {
  test.each(templates)("$name opens and closes its blocks in pairs", ({ text }) => {
    const code = text.replaceAll(/\{\{-? *\/\*.*?\*\/ *-?\}\}/gs, "");
    const words = [...code.matchAll(/\{\{-? *(\w+)?[^{}]*-?\}\}/g)].map(([, word]) => word);
    const opened = words.filter((word) => /^(if|range|with|define|block)$/.test(word ?? ""));
    expect(words.filter((word) => word === "end")).toHaveLength(opened.length);
    expect(code.split("{{")).toHaveLength(words.length + 1);
    expect(code.split("}}")).toHaveLength(words.length + 1);
  });

  test("include only what is defined", () => {
    const defined = new Set([...all.matchAll(/define "([\w.]+)"/g)].map(([, name]) => name));
    const included = [...all.matchAll(/include "([\w.]+)"/g)].map(([, name]) => name);
    expect(included.filter((name) => !defined.has(name))).toEqual([]);
  });

  test("pods run without rights, on a disk that nobody writes", () => {
    for (const line of [
      "runAsNonRoot: true",
      "readOnlyRootFilesystem: true",
      "allowPrivilegeEscalation: false",
      "drop: [ALL]",
    ])
      expect(all).toContain(line);
    for (const name of ["deployments.yaml", "migrations.yaml"]) {
      const text = templates.find((one) => one.name === name)?.text ?? "";
      expect(text).toContain('include "ponte.podSecurity"');
      expect(text).toContain('include "ponte.containerSecurity"');
    }
  });

  test("no pod is sent calls before it is ready, and a database that is away restarts none", () => {
    const text = templates.find(({ name }) => name === "deployments.yaml")?.text ?? "";
    expect(text).toMatch(/readinessProbe:\s+httpGet: \{ path: \/ready,/);
    expect(text).toMatch(/livenessProbe:\s+httpGet: \{ path: \/live,/);
    expect(text).toContain("maxUnavailable: 0");
  });

  test("autoscaling asks for a figure that the program has", () => {
    const metric = z
      .looseObject({
        worker: z.looseObject({
          autoscaling: z.looseObject({ queueAge: z.looseObject({ metric: z.string() }) }),
        }),
      })
      .parse(values).worker.autoscaling.queueAge.metric;
    const own = metric.replace(/^ponte_/, "");
    const sources = readdirSync(place("src/http")).filter((name) => name.endsWith(".ts"));
    expect(sources.some((name) => readFile(`src/http/${name}`).includes(`"${own}"`))).toBe(true);
  });
});
