import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import request from "supertest";
import { z } from "zod";
import type { Database } from "../../../src/db/driver.ts";
import { ROUTES } from "../../../src/http/api/routes.ts";
import { listDatabases } from "../../database.ts";
import type { ApiUnderTest } from "./api-client.ts";
import { createApiUnderTest } from "./api-client.ts";
import { IDS, seed } from "./seed.ts";

const [database] = (await listDatabases()).slice(-1);

let db: Database;
let api: ApiUnderTest;

beforeAll(async () => {
  if (database === undefined) throw new Error("no database to test on");
  db = await database.open();
  await seed(db);
  api = createApiUnderTest(db);
});

afterAll(() => db.close());

const EXAMPLES: Readonly<Record<string, string>> = {
  "get /messages": "/messages",
  "get /messages/{id}": `/messages/${IDS.answer}`,
  "get /messages/{id}/explain": `/messages/${IDS.answer}/explain`,
  "get /conversations": "/conversations",
  "get /conversations/{id}": `/conversations/${IDS.phoneConversation}`,
  "get /conversations/{id}/messages": `/conversations/${IDS.phoneConversation}/messages`,
  "post /conversations/{id}/pause": `/conversations/${IDS.webConversation}/pause`,
  "post /conversations/{id}/trigger": `/conversations/${IDS.webConversation}/trigger`,
  "post /conversations/{id}/resume": `/conversations/${IDS.webConversation}/resume`,
  "get /conversations/{id}/slots": `/conversations/${IDS.webConversation}/slots`,
  "patch /conversations/{id}/slots": `/conversations/${IDS.webConversation}/slots`,
  "post /conversations/{id}/reset": `/conversations/${IDS.webConversation}/reset`,
  "get /interactions": "/interactions",
  "get /events": "/events",
  "get /events/{id}": `/events/${IDS.event}`,
  "post /events/{id}/replay": `/events/${IDS.event}/replay`,
  "get /dead-letters": "/dead-letters",
  "post /dead-letters/replay": "/dead-letters/replay",
  "get /channels": "/channels",
  "get /backends": "/backends",
  "post /channels/{name}/check": "/channels/whatsapp/check",
  "get /contacts/{id}": `/contacts/${IDS.maria}`,
  "patch /contacts/{id}": `/contacts/${IDS.maria}`,
  "post /contacts/{id}/opt-out": `/contacts/${IDS.maria}/opt-out`,
  "post /contacts/{id}/opt-in": `/contacts/${IDS.maria}/opt-in`,
  "get /outgoing-events": "/outgoing-events",
  "post /outgoing-events/{id}/replay": `/outgoing-events/${IDS.outgoingEvent}/replay`,
  "get /start-link": "/start-link?phone=556130000000&reference=42",
  "get /openapi.json": "/openapi.json",
};

/** The least that an operation takes as its body; nothing where it has none here. */
const BODIES: Readonly<Record<string, object>> = {
  "/dead-letters/replay": { filter: {}, dry_run: true },
  "/conversations/{id}/trigger": { intent: "EXTERNAL_news" },
};

test.each(ROUTES.map(({ method, path, answer, status }) => ({ method, path, answer, status })))(
  "$method $path answers in the shape it documents",
  async ({ method, path, answer, status }) => {
    const example = EXAMPLES[`${method} ${path}`] ?? "";
    const response =
      method === "get" ? await api.get(example) : await api[method](example, BODIES[path] ?? {});

    expect(response.status).toBe(status);
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(answer.parse(response.body)).toEqual(response.body);
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

test("only the document is open to callers without a key", async () => {
  for (const [operation, path] of Object.entries(EXAMPLES)) {
    const { status } = operation.startsWith("get")
      ? await request(api.app).get(`/api/v1${path}`)
      : await request(api.app).post(`/api/v1${path}`);
    expect({ operation, status }).toEqual({
      operation,
      status: operation === "get /openapi.json" ? 200 : 401,
    });
  }
});

test("docs/api.md lists exactly the operations that are served", () => {
  const text = readFileSync(new URL("../../../docs/api.md", import.meta.url), "utf8");
  const listed = [...text.matchAll(/^\| `(GET|POST|PATCH) (\/[^`]*)`/gm)].map(
    ([, method = "", path = ""]) => `${method.toLowerCase()} ${path}`,
  );
  expect(listed.toSorted()).toEqual(
    ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
});
