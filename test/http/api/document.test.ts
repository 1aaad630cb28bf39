import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Validator } from "@seriousme/openapi-schema-validator";
import request from "supertest";
import { z } from "zod";
import type { Database } from "../../../src/db/driver.ts";
import { ROUTES } from "../../../src/http/api/routes.ts";
import { listQuickest } from "../../database.ts";
import type { ApiUnderTest } from "./api-client.ts";
import { createApiUnderTest } from "./api-client.ts";
import { EXAMPLES } from "./examples.ts";
import { seed } from "./seed.ts";

const [database] = (await listQuickest()).slice(-1);

const pathItem = z.record(
  z.string(),
  z.object({
    description: z.string().optional(),
    responses: z.record(z.string(), z.unknown()),
    parameters: z.array(z.object({ in: z.string(), name: z.string() })).optional(),
  }),
);

let db: Database;
let api: ApiUnderTest;

beforeAll(async () => {
  if (database === undefined) throw new Error("no database to test on");
  db = await database.open();
  await seed(db);
  api = createApiUnderTest(db);
});

afterAll(() => db.close());

test.each(ROUTES.map((route) => ({ operation: `${route.method} ${route.path}`, route })))(
  "$operation answers in the shape it documents",
  async ({ operation, route }) => {
    const { path, body } = EXAMPLES[operation] ?? { path: "" };
    const response = await api.call(route.method, path, body);

    expect(response.status).toBe(route.status);
    expect(response.headers["cache-control"]).toContain("no-store");
    if (route.respond === undefined)
      expect(route.answer.parse(response.body)).toEqual(response.body);
  },
);

test("the document lists exactly the operations that are served", async () => {
  const { body } = await api.get("/openapi.json");
  const documented = Object.entries(body.paths).flatMap(([path, item]) =>
    Object.keys(z.record(z.string(), z.unknown()).parse(item)).map((method) => `${method} ${path}`),
  );
  expect(documented.toSorted()).toEqual(
    ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(documented.toSorted());
});

test("the document is valid OpenAPI, as a validator of others sees it", async () => {
  const { body } = await api.get("/openapi.json");
  const { valid, errors } = await new Validator().validate(body);
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
});

test.each(
  ROUTES.map(({ method, path, scope }) => ({
    operation: `${method} ${path}`,
    method,
    path,
    scope,
  })),
)(
  "$operation documents its refusals, its scope and, for a POST, the Idempotency-Key",
  async ({ method, path, scope }) => {
    const operation = pathItem.parse((await api.get("/openapi.json")).body.paths[path])[method];
    const expected = [
      ...(scope === undefined ? [] : ["401", "403"]),
      ...(path.includes("{") ? ["404"] : []),
      ...(method === "get" ? [] : ["409", "413", "422"]),
      "429",
    ];
    expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(expected));
    if (scope !== undefined) expect(operation?.description).toContain(`\`${scope}\``);
    const headers = operation?.parameters?.filter((parameter) => parameter.in === "header");
    expect(headers?.map(({ name }) => name) ?? []).toEqual(
      expect.arrayContaining(method === "post" ? ["Idempotency-Key"] : []),
    );
  },
);

test("the document is OpenAPI 3.1 whose references all resolve", async () => {
  const { body, text } = await api.get("/openapi.json");
  const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];

  expect(body.openapi).toBe("3.1.1");
  expect(body.info).toMatchObject({ title: "Ponte", version: "1.2.3" });
  expect(body.security).toEqual([{ key: [] }]);
  expect(references.length).toBeGreaterThan(20);
  for (const [, kind = "", name = ""] of references)
    expect(body.components[kind]).toHaveProperty(name);
});

test("the document describes parameters, bodies and answers", async () => {
  const { paths, components } = (await api.get("/openapi.json")).body;
  expect(paths["/messages"].get.parameters).toContainEqual({
    in: "query",
    name: "limit",
    description: "Rows on the page.",
    schema: {
      type: "integer",
      minimum: 1,
      maximum: 200,
      default: 50,
      description: "Rows on the page.",
    },
  });
  expect(paths["/messages/{id}"].get.parameters).toMatchObject([
    { in: "path", name: "id", required: true },
  ]);
  expect(paths["/dead-letters/replay"].post.requestBody).toEqual({
    content: { "application/json": { schema: { $ref: "#/components/schemas/ReplayRequest" } } },
  });
  expect(components.schemas.MessageDetail).toMatchObject({
    type: "object",
    additionalProperties: false,
  });
  expect(components.responses.Problem.content).toEqual({
    "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
  });
});

/** What callers without a key are told by what needs none. Signing in takes a page of ours. */
const OPEN: Readonly<Record<string, number>> = {
  "get /openapi.json": 200,
  "get /session": 200,
  "post /session": 403,
  "delete /session": 200,
};

test("only the document and the session are open to callers without a key", async () => {
  for (const { method, path } of ROUTES) {
    const operation = `${method} ${path}`;
    const example = EXAMPLES[operation]?.path ?? "";
    const { status } = await request(api.app)[method](`/api/v1${example}`);
    expect({ operation, status }).toEqual({ operation, status: OPEN[operation] ?? 401 });
  }
});

test("docs/api.md lists exactly the operations that are served", () => {
  const text = readFileSync(new URL("../../../docs/api.md", import.meta.url), "utf8");
  const listed = [...text.matchAll(/^\| `(GET|POST|PUT|PATCH|DELETE) (\/[^`]*)`/gm)].map(
    ([, method = "", path = ""]) => `${method.toLowerCase()} ${path}`,
  );
  expect(listed.toSorted()).toEqual(
    ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
});
