import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Response } from "supertest";
import type { Database } from "../../../src/db/driver.ts";
import { eraseContact } from "../../../src/db/contact-erase.ts";
import { openDatabase } from "../../flow/scene.ts";
import { createApiUnderTest } from "./api-client.ts";
import { IDS, seed } from "./seed.ts";

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => seed(db));

const PATH = `/messages/${IDS.question}/file`;

const BYTES = Buffer.from("<script>alert(1)</script>");

const open = (key: string) =>
  Promise.resolve(
    key === "the-key"
      ? {
          sizeBytes: BYTES.length,
          chunks: Readable.from([BYTES.subarray(0, 3), BYTES.subarray(3)]),
        }
      : undefined,
  );

const get = (): Promise<Response> => createApiUnderTest(db, { openFile: open }).get(PATH);

test.each([
  { type: "image/jpeg", shown: true },
  { type: "image/png", shown: true },
  { type: "image/webp", shown: true },
  { type: "audio/ogg", shown: true },
  { type: "audio/mpeg", shown: true },
  { type: "video/mp4", shown: true },
  { type: "application/pdf", shown: true },
  { type: "image/svg+xml", shown: false },
  { type: "image/gif", shown: false },
  { type: "text/html", shown: false },
  { type: "text/plain", shown: false },
  { type: "video/webm", shown: false },
  { type: "application/xhtml+xml", shown: false },
  { type: "audio/ogg; x=text/html", shown: false },
  { type: "application/pdf,text/html", shown: false },
])("a file of $type is shown: $shown", async ({ type, shown }) => {
  await db.query("update media_files set mime_type = $1::text", [type]);
  const { status, headers, body, text } = await get();
  expect(status).toBe(200);
  expect(Buffer.isBuffer(body) ? body : Buffer.from(text)).toEqual(BYTES);
  expect(headers).toMatchObject({
    "content-type": shown ? type : "application/octet-stream",
    "content-length": String(BYTES.length),
    "content-disposition": expect.stringMatching(shown ? /^inline; / : /^attachment; /),
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
  });
});

test.each([
  { name: "férias.jpg", want: `inline; filename="ferias.jpg"; filename*=UTF-8''f%C3%A9rias.jpg` },
  {
    name: 'a"; filename="b.html',
    want: `inline; filename="a__ filename__b_html.jpg"; filename*=UTF-8''a__%20filename__b_html.jpg`,
  },
  { name: "../../etc/passwd", want: `inline; filename="passwd.jpg"; filename*=UTF-8''passwd.jpg` },
  {
    name: "x\r\nSet-Cookie: a=b",
    want: `inline; filename="xSet-Cookie_ a_b.jpg"; filename*=UTF-8''xSet-Cookie_%20a_b.jpg`,
  },
  { name: null, want: `inline; filename="file.jpg"; filename*=UTF-8''file.jpg` },
])("a file called $name is saved under a safe name", async ({ name, want }) => {
  await db.query("update media_files set file_name = $1::text", [name]);
  expect((await get()).headers["content-disposition"]).toBe(want);
});

test.each([
  { label: "whose bytes were deleted", sql: "update media_files set storage_key = null" },
  { label: "whose bytes are missing", sql: "update media_files set storage_key = 'another'" },
  { label: "whose row is gone", sql: "delete from media_files" },
  {
    label: "that never had one",
    sql: `update messages set content = '{"type":"media","file":{"missing":"too_large"}}'`,
  },
  { label: "whose content is of no kind", sql: "update messages set content = '[1]'" },
])("a message $label has no file", async ({ sql }) => {
  await db.query(sql);
  const { status, body } = await get();
  expect([status, body.code]).toEqual([404, "request_not_found"]);
});

test("the file of somebody who was erased is gone at once, although its bytes go later", async () => {
  await eraseContact(db, IDS.maria, {
    actor: "admin",
    action: "erase",
    subject: IDS.maria,
    detail: {},
  });
  const [row] = await db.query("select storage_key from media_files");
  expect(row).toEqual({ storage_key: "the-key" });
  expect((await get()).status).toBe(404);
});

test("a store that is away is said to be", async () => {
  const { BridgeError } = await import("../../../src/errors.ts");
  const away = () => Promise.reject(new BridgeError("store_unavailable", "the disk is away"));
  const { status, body } = await createApiUnderTest(db, { openFile: away }).get(PATH);
  expect([status, body.code]).toEqual([503, "store_unavailable"]);
});
