import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import express from "express";
import request from "supertest";
import type { FileRow } from "../../src/db/media-files.ts";
import { BridgeError } from "../../src/errors.ts";
import { filesRouter, type FilesDependencies } from "../../src/http/files.ts";
import { problemHandler } from "../../src/http/problem.ts";
import { createLinks } from "../../src/media/links.ts";
import { JPEG } from "../media/samples.ts";
import { recordingLog } from "../standins/recording-log.ts";
import { testApp } from "./setup.ts";

const ID = "0198c0de-0000-7000-8000-0000000000af";
const KEY = `af/${ID}`;
const links = createLinks({ secret: "k", ttlMs: 60_000, now: () => new Date() });
const expired = createLinks({
  secret: "k",
  ttlMs: 60_000,
  now: () => new Date(Date.now() - 60_001),
});
const LINK = links.pathTo({ id: ID, mimeType: "image/jpeg", fileName: "foto.jpg" });

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function* give(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

function setUp(row: Partial<FileRow> | undefined = {}, deps: Partial<FilesDependencies> = {}) {
  const log = recordingLog();
  const asked: string[] = [];
  const kept = {
    id: ID,
    storageKey: KEY,
    mimeType: "image/jpeg",
    sizeBytes: JPEG.length,
    fileName: "foto.jpg",
  };
  const files = filesRouter({
    links,
    find: async (id) => {
      asked.push(`find ${id}`);
      return row && { ...kept, ...row };
    },
    open: async (key) => {
      asked.push(`open ${key}`);
      return { sizeBytes: JPEG.length, chunks: give(JPEG.subarray(0, 5), JPEG.subarray(5)) };
    },
    ...deps,
  });
  const app = express().use("/files", files).use(problemHandler(log));
  return { app, log, asked };
}

describe("a link that works", () => {
  test("gives the file, and headers that keep a browser from running it", async () => {
    const { app } = setUp();
    const answer = await request(app).get(LINK).buffer(true);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(JPEG);
    expect(answer.headers).toMatchObject({
      "content-type": "image/jpeg",
      "content-length": String(JPEG.length),
      "content-disposition": "inline; filename=\"foto.jpg\"; filename*=UTF-8''foto.jpg",
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-store",
      "referrer-policy": "no-referrer",
    });
  });

  test.each([
    { type: "video/mp4", name: "v.mp4", want: "inline" },
    { type: "audio/ogg", name: "a.ogg", want: "inline" },
    { type: "application/pdf", name: "b.pdf", want: "inline" },
    { type: "image/svg+xml", name: "x.svg", want: "attachment" },
    { type: "text/html", name: "x.html", want: "attachment" },
    { type: "text/plain", name: "x.txt", want: "attachment" },
    { type: "application/octet-stream", name: "x", want: "attachment" },
    { type: "application/zip", name: "x.zip", want: "attachment" },
  ])("$type is $want", async ({ type, name, want }) => {
    const { app } = setUp({ mimeType: type, fileName: name });
    const { headers } = await request(app).get(LINK);
    expect(headers["content-disposition"]).toMatch(new RegExp(`^${want}; filename="${name}"`));
    expect(headers["content-type"]).toMatch(new RegExp(`^${type.replace("+", "\\+")}`));
  });

  test.each([
    {
      label: "letters beyond ASCII",
      name: "Ação ímpar.jpg",
      want: `inline; filename="Acao impar.jpg"; filename*=UTF-8''A%C3%A7%C3%A3o%20%C3%ADmpar.jpg`,
    },
    {
      label: "a second header",
      name: 'a"\r\nSet-Cookie: x=1.jpg',
      want: `inline; filename="a_Set-Cookie_ x_1.jpg"; filename*=UTF-8''a_Set-Cookie_%20x_1.jpg`,
    },
    {
      label: "no name",
      name: null,
      want: `inline; filename="file.jpg"; filename*=UTF-8''file.jpg`,
    },
  ])("a name of $label", async ({ name, want }) => {
    const { app } = setUp({ fileName: name });
    const { headers } = await request(app).get(LINK);
    expect(headers["content-disposition"]).toBe(want);
    expect(headers).not.toHaveProperty("set-cookie");
  });

  test("HEAD tells everything and opens nothing", async () => {
    const { app, asked } = setUp();
    const answer = await request(app).head(LINK);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-type": "image/jpeg",
      "content-length": String(JPEG.length),
    });
    expect(asked).toEqual([`find ${ID}`]);
  });

  test("a store that does not say how long a file is serves it all the same", async () => {
    const { app } = setUp({}, { open: async () => ({ sizeBytes: undefined, chunks: give(JPEG) }) });
    const answer = await request(app).get(LINK).buffer(true);
    expect(answer.headers).not.toHaveProperty("content-length");
    expect(answer.body).toEqual(JPEG);
  });

  test("an empty file is served", async () => {
    const { app } = setUp({}, { open: async () => ({ sizeBytes: 0, chunks: give() }) });
    expect((await request(app).get(LINK)).status).toBe(200);
  });
});

describe("a link that does not work", () => {
  const signature = LINK.split("signature=")[1] ?? "";
  test.each([
    {
      label: "expired",
      path: expired.pathTo({ id: ID, mimeType: "image/jpeg", fileName: "foto.jpg" }),
    },
    { label: "of another file", path: LINK.replace(ID, ID.replace("af", "ae")) },
    { label: "under another name", path: LINK.replace("foto.jpg", "nota.jpg") },
    { label: "without signature", path: LINK.replace(/&signature=.*/, "") },
    { label: "with a signature too many", path: `${LINK}&signature=${signature}` },
    { label: "with a signature as an object", path: LINK.replace("signature=", "signature[a]=") },
    { label: "to no id", path: "/files/..%2f..%2fetc/passwd?expires=9999999999&signature=x" },
    { label: "to an id of another form", path: LINK.replace(ID, ID.toUpperCase()) },
    { label: "to an id with NUL", path: LINK.replace(ID, `${ID}%00`) },
  ])("$label is refused without looking", async ({ path }) => {
    const { app, asked } = setUp();
    const answer = await request(app).get(path);
    expect(answer.status).toBe(403);
    expect(answer.headers["content-type"]).toMatch("application/problem+json");
    expect(answer.body).toMatchObject({ code: "request_forbidden" });
    expect(asked).toEqual([]);
  });

  test("a name that cannot be decoded is a bad request", async () => {
    const { app } = setUp();
    expect((await request(app).get(LINK.replace("foto", "%ff"))).status).toBe(400);
  });

  test.each([
    { label: "deleted by now", row: { storageKey: null }, status: 410, code: "request_gone" },
    { label: "that nobody knows", row: undefined, status: 404, code: "request_not_found" },
  ])("of a file $label", async ({ row, status, code }) => {
    const deps = row === undefined ? { find: async () => undefined } : {};
    const { app } = setUp(row, deps);
    const answer = await request(app).get(LINK);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code });
  });

  test("whose bytes are not in this store", async () => {
    const { app } = setUp({}, { open: async () => undefined });
    expect((await request(app).get(LINK)).status).toBe(404);
  });

  test("while the store is away", async () => {
    const open = () =>
      Promise.reject(new BridgeError("store_unavailable", "the bucket answered 503"));
    const answer = await request(setUp({}, { open }).app).get(LINK);
    expect(answer.status).toBe(503);
    expect(answer.headers["retry-after"]).toBe("2");
  });

  test.each(["post", "put", "delete"] as const)("%s is no way to a file", async (method) => {
    const { app, asked } = setUp();
    expect((await request(app)[method](LINK)).status).toBe(404);
    expect(asked).toEqual([]);
  });
});

describe("on the way", () => {
  const serve = async (deps: Partial<FilesDependencies>) => {
    const { app, log } = setUp({}, deps);
    const server = createServer(app).listen(0, "127.0.0.1");
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return { url: `http://127.0.0.1:${String(address.port)}${LINK}`, log };
  };

  test("a store that breaks off cuts the answer, so that half a file is never taken for a whole", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield JPEG;
      throw new BridgeError("store_unavailable", "cut");
    }
    const { url } = await serve({ open: async () => ({ sizeBytes: undefined, chunks: broken() }) });
    const answer = await fetch(url);
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  test("a store that breaks off by a bug is logged as one", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield JPEG;
      throw new Error("a bug");
    }
    const { url, log } = await serve({
      open: async () => ({ sizeBytes: undefined, chunks: broken() }),
    });
    const answer = await fetch(url);
    await expect(answer.arrayBuffer()).rejects.toThrow();
    expect(log.lines.map(({ level }) => level)).toEqual(["error"]);
  });

  /** A file without end, which says when nobody reads it any more. */
  const endless = () => {
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        resolve("ended");
      }
    }
    return { ended, open: async () => ({ sizeBytes: undefined, chunks: chunks() }) };
  };

  test("a reader that goes away ends the reading and is no failure", async () => {
    const { ended, open } = endless();
    const { url, log } = await serve({ open });
    const abort = new AbortController();
    await fetch(url, { signal: abort.signal });
    abort.abort();
    expect(await ended).toBe("ended");
    // What would be logged is logged after the reading has ended.
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    expect(log.lines).toEqual([]);
  });

  test("a reader that takes nothing is let go", async () => {
    const { ended, open } = endless();
    const { url } = await serve({ open, idleMs: 100 });
    const call = httpRequest(url, (answer) => answer.pause()).on("error", () => undefined);
    closers.push(() => call.destroy());
    call.end();
    expect(await ended).toBe("ended");
  });
});

test("the edge limits files by address and leaves its own headers alone", async () => {
  const router = filesRouter({ links, find: async () => undefined, open: async () => undefined });
  const perMinute = { verification: 9, files: 2 };
  const { app } = testApp({ files: router, settings: { perMinute } });
  const statuses = [];
  for (let call = 0; call < 3; call += 1) statuses.push((await request(app).get(LINK)).status);
  expect(statuses).toEqual([404, 404, 429]);
});
