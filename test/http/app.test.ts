import { describe, expect, test } from "@jest/globals";
import { Router } from "express";
import supertest from "supertest";
import { BridgeError, ERRORS } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { correlationId } from "../../src/log.ts";
import { sendProblem } from "../../src/http/problem.ts";
import { testApp } from "./setup.ts";

const CODES = Object.keys(ERRORS).filter((code): code is ErrorCode => code in ERRORS);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** An API that fails as its path says. */
function failingApi(): Router {
  const api = Router();
  api.get("/bug", () => {
    throw new TypeError("select * from planted where path = '/srv/planted'");
  });
  api.get("/late", (_request, response) => {
    response.write("half");
    throw new TypeError("planted");
  });
  api.get("/thing", () => {
    throw "planted";
  });
  api.get("/invalid", (_request, response) => {
    sendProblem(response, {
      status: 422,
      code: "request_invalid",
      title: "Invalid request",
      detail: "one parameter is wrong",
      errors: [{ parameter: "limit", detail: "too high" }],
    });
  });
  api.get("/json", (_request, response) => {
    response.json({ a: 1 });
  });
  api.get("/id", (_request, response) => {
    response.end(correlationId());
  });
  for (const code of CODES) {
    api.get(`/code/${code}`, () => {
      throw new BridgeError(code, "a sentence", { cause: new Error("planted") });
    });
  }
  return api;
}

describe("a failure", () => {
  test.each(CODES.map((code) => ({ code })))(
    "$code is a problem with its status",
    async ({ code }) => {
      const { app } = testApp({ api: failingApi() });
      const answer = await supertest(app).get(`/api/v1/code/${code}`);
      expect(answer.status).toBe(ERRORS[code].status);
      expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
      expect(answer.body).toEqual({
        type: "about:blank",
        title: expect.any(String),
        status: ERRORS[code].status,
        detail: "a sentence",
        code,
        request_id: answer.headers["x-request-id"],
      });
      expect(answer.headers["retry-after"]).toBe(answer.status === 503 ? "2" : undefined);
    },
  );

  test.each(["/api/v1/bug", "/api/v1/thing"])("by a bug (%s) shows nothing of it", async (path) => {
    const { app, log } = testApp({ api: failingApi() });
    const answer = await supertest(app).get(path);
    expect([answer.status, answer.body.code]).toEqual([500, "internal"]);
    expect(answer.text).not.toMatch(/planted|select|TypeError|at /);
    expect(log.lines.map(({ level, message }) => [level, message])).toEqual([
      ["error", "a request failed by a bug"],
    ]);
  });

  test("in the middle of an answer cuts it, so that half is not taken for the whole", async () => {
    const { app } = testApp({ api: failingApi() });
    await expect(supertest(app).get("/api/v1/late")).rejects.toThrow("socket hang up");
  });

  test("may say what is wrong with which parameter", async () => {
    const { body } = await supertest(testApp({ api: failingApi() }).app).get("/api/v1/invalid");
    expect(body).toMatchObject({
      title: "Invalid request",
      errors: [{ parameter: "limit", detail: "too high" }],
    });
  });

  test.each([
    { label: "an unknown path", path: "/nothing", want: 404 },
    { label: "a path that cannot be decoded", path: "/webhooks/%E0%A4%A/webhook", want: 400 },
  ])("$label is a problem too", async ({ path, want }) => {
    const answer = await supertest(testApp().app).get(path);
    expect([answer.status, answer.body.status]).toEqual([want, want]);
    expect(answer.text).not.toContain("nothing/");
  });
});

describe("the request id", () => {
  test.each([
    { label: "a harmless one is kept", given: "trace-1234.abc_5", want: /^trace-1234\.abc_5$/ },
    { label: "none is made up", given: undefined, want: UUID },
    { label: "a short one is replaced", given: "1234567", want: UUID },
    { label: "a long one is replaced", given: "x".repeat(65), want: UUID },
    { label: "one with other characters is replaced", given: "abc<script>12", want: UUID },
  ])("$label", async ({ given, want }) => {
    const call = supertest(testApp({ api: failingApi() }).app).get("/api/v1/id");
    const answer = await (given === undefined ? call : call.set("X-Request-Id", given));
    expect(answer.headers["x-request-id"]).toMatch(want);
    expect(answer.text).toBe(answer.headers["x-request-id"]);
  });
});

describe("the headers", () => {
  test("say nothing about the server and harden the browser", async () => {
    const { headers } = await supertest(testApp({ api: failingApi() }).app).get("/api/v1/json");
    expect(headers["x-powered-by"]).toBeUndefined();
    expect(headers["etag"]).toBeUndefined();
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-security-policy"]).toContain("default-src 'self'");
  });
});
