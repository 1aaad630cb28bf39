import { createServer, request as send } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { gunzipSync } from "node:zlib";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createApp } from "../../src/http/app.ts";
import { type Bundle, PAGES } from "../../src/http/pages/bundle.ts";
import { pageRouter } from "../../src/http/pages/index.ts";
import { listen, stopListening } from "../standins/listen.ts";
import { testApp } from "./setup.ts";

const SCRIPT = "export const answer = 42;\n".repeat(100);
const STYLE = "body { margin: 0 }";

const bundle: Bundle = {
  assets: new Map([
    ["main-ABC123.js", { type: "js", bytes: Buffer.from(SCRIPT) }],
    ["main-ABC123.css", { type: "css", bytes: Buffer.from(STYLE) }],
  ]),
  scripts: ["main-ABC123.js"],
  styles: ["main-ABC123.css"],
};

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

let server: Server;
let port: number;
let isBuilt = true;
const { deps, log } = testApp();

beforeAll(async () => {
  const bundleOf = () =>
    isBuilt ? Promise.resolve(bundle) : Promise.reject(new Error("there is no bundle"));
  const pages = PAGES.map((page) => [`/${page}`, pageRouter({ page, bundleOf, log })] as const);
  server = createServer(createApp({ ...deps, pages: new Map(pages) }));
  port = await listen(server);
});
afterAll(() => stopListening(server));

/** Asks for a path exactly as it is written: other clients tidy it first. */
async function ask(path: string, headers: Record<string, string> = {}, method = "GET") {
  const call = send({ host: "127.0.0.1", port, path, method, headers, agent: false });
  call.end();
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    call.on("response", resolve).on("error", reject);
  });
  const body = await buffer(answer);
  const isZipped = answer.headers["content-encoding"] === "gzip";
  const text = (isZipped ? gunzipSync(body) : body).toString("utf8");
  return { status: answer.statusCode, headers: answer.headers, text, isZipped };
}

describe.each(PAGES)("the page /%s", (page) => {
  test.each(["", "/", "/conversations/42?filter=x", "/a.b/c"])(
    "is at %p, kept by nobody, and nothing in it runs by itself",
    async (place) => {
      const { status, headers, text } = await ask(`/${page}${place}`);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy": POLICY,
        "permissions-policy": "camera=(), geolocation=(), microphone=(self)",
        "x-content-type-options": "nosniff",
        "x-frame-options": expect.stringMatching(/^(SAMEORIGIN|DENY)$/),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
      });
      expect(headers["x-powered-by"]).toBeUndefined();
      expect(headers["set-cookie"]).toBeUndefined();
      expect(text.match(/<script[^]*?<\/script>/g)).toEqual([
        `<script type="module" src="/${page}/assets/main-ABC123.js"></script>`,
      ]);
      expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|https?:\/\//i);
    },
  );

  test("loads its files from names that change with them, and so for ever", async () => {
    const script = await ask(`/${page}/assets/main-ABC123.js`, { "accept-encoding": "gzip" });
    expect(script).toMatchObject({ status: 200, text: SCRIPT, isZipped: true });
    expect(script.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
      vary: expect.stringContaining("Accept-Encoding"),
    });
    const plain = await ask(`/${page}/assets/main-ABC123.css`, { "accept-encoding": "identity" });
    expect(plain).toMatchObject({ status: 200, text: STYLE, isZipped: false });
    expect(plain.headers["content-type"]).toBe("text/css; charset=utf-8");
  });

  test.each([
    "/assets/main-OTHER.js",
    "/assets/",
    "/assets/../../package.json",
    "/assets/..%2f..%2fpackage.json",
    "/assets/..%2F..%2F..%2Fetc%2Fpasswd",
    "/assets/%2e%2e/%2e%2e/package.json",
    "/assets/..%5c..%5cpackage.json",
    "/assets/main-ABC123.js%00.css",
    "/assets/constructor",
    "/assets/__proto__",
    "/assets//main-ABC123.js",
  ])("has no file %s", async (path) => {
    const { status, headers, text } = await ask(`/${page}${path}`);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ code: "request_not_found" });
    expect(headers["cache-control"]).toBeUndefined();
  });

  test("is read and nothing else", async () => {
    for (const method of ["POST", "PUT", "DELETE"])
      expect((await ask(`/${page}/`, {}, method)).status).toBe(404);
    expect(await ask(`/${page}/`, {}, "HEAD")).toMatchObject({ status: 200, text: "" });
  });
});

test("a name that cannot be decoded is refused", async () => {
  expect((await ask("/admin/assets/%E0%A4%A")).status).toBe(400);
});

test.each([
  { label: "nothing said", want: "en" },
  { label: "what the browser prefers", accept: "pt-BR,pt;q=0.9,en;q=0.8", want: "pt-BR" },
  { label: "Portuguese of no country", accept: "pt,en;q=0.5", want: "pt-BR" },
  { label: "the more wanted of the two", accept: "en;q=0.9,pt-BR;q=0.5", want: "en" },
  { label: "a language there is not", accept: "fr", want: "en" },
  {
    label: "what was chosen before",
    accept: "en",
    cookie: "a=b; ponte_language=pt-BR",
    want: "pt-BR",
  },
  {
    label: "the address before all",
    accept: "pt-BR",
    cookie: "ponte_language=pt-BR",
    query: "?lang=en",
    want: "en",
  },
  {
    label: "an address that says it twice",
    query: "?lang=en&lang=pt-BR",
    accept: "pt-BR",
    want: "pt-BR",
  },
  {
    label: "markup",
    query: "?lang=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    cookie: 'ponte_language=x"><b>',
    want: "en",
  },
])("the page's language follows $label", async ({ accept, cookie, query = "", want }) => {
  const { text, headers } = await ask(`/admin/${query}`, {
    ...(accept !== undefined && { "accept-language": accept }),
    ...(cookie !== undefined && { cookie }),
  });
  expect(/<html lang="([^"]*)">/.exec(text)?.[1]).toBe(want);
  expect(text).not.toMatch(/alert|<b>/);
  expect(headers["vary"]).toMatch(/Accept-Language.*Cookie/);
});

test("a page that was not built says so, is not kept, and is there once it was", async () => {
  isBuilt = false;
  const missing = await ask("/admin/");
  expect(missing).toMatchObject({ status: 503, headers: { "cache-control": "no-store" } });
  expect((await ask("/admin/assets/main-ABC123.js")).status).toBe(404);
  expect(log.lines.map(({ message }) => message).join()).toContain("npm run build");
  isBuilt = true;
  expect((await ask("/admin/")).status).toBe(200);
});

test("the icon is drawn by nobody's script", async () => {
  const { headers, text } = await ask("/admin/icon.svg");
  expect(headers["content-type"]).toContain("image/svg+xml");
  expect(headers["cache-control"]).toBe("public, max-age=86400");
  expect(text).not.toMatch(/script|href|on\w+=/i);
});
