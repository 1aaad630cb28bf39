import { runInNewContext } from "node:vm";
import { expect, test } from "@jest/globals";
import supertest from "supertest";
import { docsRouter } from "../../src/http/docs.ts";
import { testApp } from "./setup.ts";

const { app } = testApp({ docs: docsRouter() });

test("the page loads only what this server has, and all of it is there", async () => {
  const { status, headers, text } = await supertest(app).get("/docs");
  expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);
  const assets = loaded.filter((path) => path.startsWith("/docs/"));
  expect(assets).toHaveLength(4);
  expect(loaded.filter((path) => !path.startsWith("/"))).toEqual([]);
  for (const path of assets) {
    const asset = await supertest(app).get(path);
    expect({ path, status: asset.status }).toEqual({ path, status: 200 });
    expect(Number(asset.headers["content-length"])).toBeGreaterThan(100);
  }
});

test("its policy lets no script of the page itself run, and nobody else's", async () => {
  const { headers, text } = await supertest(app).get("/docs");
  const policy = headers["content-security-policy"];
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(text).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=/);
});

test("the script opens this server's own document, and keeps no key", async () => {
  const { text } = await supertest(app).get("/docs/start.js");
  const given: unknown[] = [];
  runInNewContext(text, { window: { SwaggerUIBundle: (options: unknown) => given.push(options) } });
  expect(given).toEqual([
    expect.objectContaining({
      url: "/api/v1/openapi.json",
      dom_id: "#docs",
      persistAuthorization: false,
      validatorUrl: null,
    }),
  ]);
});

test("Swagger UI's own files are cached, the page is not", async () => {
  const cached = await supertest(app).get("/docs/swagger-ui-bundle.js");
  expect(cached.headers["cache-control"]).toBe("public, max-age=86400");
  const again = await supertest(app)
    .get("/docs/swagger-ui-bundle.js")
    .set("if-modified-since", cached.headers["last-modified"] ?? "");
  expect(again.status).toBe(304);
  expect((await supertest(app).get("/docs")).headers["cache-control"]).toBe("no-cache");
});

test.each([
  "/docs/package.json",
  "/docs/index.html",
  "/docs/..%2fpackage.json",
  "/docs/../package.json",
  "/docs/swagger-ui-bundle.js.map",
])("%s is not served", async (path) => {
  expect((await supertest(app).get(path)).status).toBe(404);
});

test("other pages keep their own policy", async () => {
  const { headers } = await supertest(app).get("/health");
  expect(headers["content-security-policy"]).toContain("default-src 'self'");
});
