import {
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  mkdirSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createHttp } from "../../src/http/client.ts";
import { createDiskStore } from "../../src/media/disk.ts";
import { openMediaStore } from "../../src/media/open.ts";
import { keyOf, type MediaStore, type StoredBytes } from "../../src/media/store.ts";
import { S3_ACCOUNT, S3_BUCKET, startS3 } from "../standins/s3.ts";
import { until } from "../until.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const ID = "0198c0de-0000-7000-8000-0000000000af";
const KEY = keyOf(ID);

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-files-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function newBucket(changes: Record<string, string> = {}) {
  const s3 = await startS3();
  const client = createHttp();
  closers.push(s3.close, client.close);
  const settings = {
    s3Endpoint: s3.url,
    s3Bucket: S3_BUCKET,
    s3Region: S3_ACCOUNT.region,
    s3AccessKeyId: S3_ACCOUNT.accessKeyId,
    s3SecretAccessKey: S3_ACCOUNT.secretAccessKey,
    ...changes,
  };
  const tools = { http: client.http, stream: client.stream, now: () => new Date() };
  return { s3, client, store: openMediaStore(settings, "/nowhere", tools) };
}

async function collect(file: StoredBytes | undefined): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of file?.chunks ?? []) parts.push(chunk);
  return Buffer.concat(parts);
}

const STORES: { label: string; make: () => Promise<MediaStore> }[] = [
  { label: "a folder", make: async () => createDiskStore(path.join(newFolder(), "files")) },
  { label: "a bucket", make: async () => (await newBucket()).store },
];

describe.each(STORES)("$label", ({ make }) => {
  test.each([
    { label: "a few bytes", bytes: Buffer.from([0, 255, 10, 13, 26]) },
    { label: "no bytes at all", bytes: Buffer.alloc(0) },
    { label: "more than fits one piece", bytes: Buffer.alloc(300_000, "ponte") },
  ])("gives back $label as they were kept", async ({ bytes }) => {
    const store = await make();
    await store.put(KEY, bytes, "image/jpeg");
    const file = await store.open(KEY);
    expect(file?.sizeBytes).toBe(bytes.length);
    expect((await collect(file)).equals(bytes)).toBe(true);
  });

  test("has nothing under a key that was never kept", async () => {
    expect(await (await make()).open(KEY)).toBeUndefined();
  });

  test("replaces a file as a whole", async () => {
    const store = await make();
    await store.put(KEY, Buffer.from("the first, longer one"), "text/plain");
    await store.put(KEY, Buffer.from("second"), "text/plain");
    expect((await collect(await store.open(KEY))).toString()).toBe("second");
  });

  test("removes a file, and does not mind that it is gone already", async () => {
    const store = await make();
    await store.put(KEY, Buffer.from("x"), "text/plain");
    await store.remove(KEY);
    expect(await store.open(KEY)).toBeUndefined();
    await store.remove(KEY);
  });

  test.each(["../../etc/passwd", "af/../../x", "", "af/short", `${KEY}/..`, `AF/${ID}`, `/${KEY}`])(
    "takes no key but our own: %j",
    async (key) => {
      const store = await make();
      const calls = [
        () => store.put(key, Buffer.from("x"), "text/plain"),
        () => store.open(key),
        () => store.remove(key),
      ];
      for (const call of calls) await expect((async () => call())()).rejects.toThrow("not the key");
    },
  );

  test("may be read in part", async () => {
    const store = await make();
    await store.put(KEY, Buffer.alloc(400_000, 1), "text/plain");
    const reading = (await store.open(KEY))?.chunks[Symbol.asyncIterator]();
    await reading?.next();
    await reading?.return?.();
  });

  test("may be opened and not read", async () => {
    const store = await make();
    await store.put(KEY, Buffer.alloc(400_000, 1), "text/plain");
    const reading = (await store.open(KEY))?.chunks[Symbol.asyncIterator]();
    await reading?.return?.();
  });
});

describe("a folder", () => {
  test("spreads files by the last digits of their ids, for this user alone", async () => {
    const folder = newFolder();
    await createDiskStore(folder).put(KEY, Buffer.from("x"), "text/plain");
    const file = path.join(folder, "af", ID);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    expect(readdirSync(path.join(folder, "unfinished"))).toEqual([]);
  });

  test("names what the disk refuses and leaves nothing behind", async () => {
    const folder = newFolder();
    mkdirSync(path.join(folder, "af", ID, "in-the-way"), { recursive: true });
    await expect(
      createDiskStore(folder).put(KEY, Buffer.from("x"), "text/plain"),
    ).rejects.toMatchObject({
      code: "store_unavailable",
      detail: expect.not.stringContaining(folder),
    });
    expect(readdirSync(path.join(folder, "unfinished"))).toEqual([]);
  });

  test("a folder that is a file is refused", async () => {
    const folder = path.join(newFolder(), "files");
    writeFileSync(folder, "");
    const store = createDiskStore(folder);
    await expect(store.put(KEY, Buffer.from("x"), "x/y")).rejects.toMatchObject({
      code: "store_unavailable",
    });
    await expect(store.open(KEY)).rejects.toMatchObject({ code: "store_unavailable" });
  });

  test("what a process left unfinished goes after an hour, not before", async () => {
    const folder = newFolder();
    const store = createDiskStore(folder);
    await store.tidy();
    const unfinished = path.join(folder, "unfinished");
    mkdirSync(unfinished);
    for (const [name, ageS] of [
      ["old", 3_700],
      ["young", 3_500],
    ] as const) {
      const file = path.join(unfinished, name);
      writeFileSync(file, "x");
      const at = Date.now() / 1000 - ageS;
      utimesSync(file, at, at);
    }
    await store.tidy();
    expect(readdirSync(unfinished)).toEqual(["young"]);
  });
});

describe("a bucket", () => {
  test("keeps the type of a file, under its key", async () => {
    const { s3, store } = await newBucket();
    await store.put(KEY, Buffer.from("x"), "image/png");
    expect([...s3.objects]).toEqual([[KEY, { bytes: Buffer.from("x"), contentType: "image/png" }]]);
    expect(s3.refusals).toEqual([]);
    await store.tidy();
  });

  test.each([
    {
      label: "another secret",
      changes: { s3SecretAccessKey: "wrong" },
      code: "SignatureDoesNotMatch",
    },
    { label: "another key id", changes: { s3AccessKeyId: "wrong" }, code: "InvalidAccessKeyId" },
    {
      label: "another region",
      changes: { s3Region: "us-east-1" },
      code: "AuthorizationHeaderMalformed",
    },
  ])("$label is refused, and the refusal has a name", async ({ changes, code }) => {
    const { s3, store } = await newBucket(changes);
    const calls = [
      () => store.put(KEY, Buffer.from("x"), "x/y"),
      () => store.open(KEY),
      () => store.remove(KEY),
    ];
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({ code: "store_unavailable" });
    expect(s3.refusals).toEqual([code, code, code]);
    expect(s3.objects.size).toBe(0);
  });

  test.each(["put", "open", "remove"] as const)(
    "%s throws where the bucket fails or is cut off",
    async (name) => {
      const { s3, store } = await newBucket();
      s3.script([{ status: 503, code: "SlowDown" }, "reset"]);
      const call = () =>
        name === "put" ? store.put(KEY, Buffer.from("x"), "x/y") : store[name](KEY);
      await expect(call()).rejects.toMatchObject({
        code: "store_unavailable",
        detail: "the bucket answered 503",
      });
      await expect(call()).rejects.toMatchObject({ code: "store_unavailable" });
    },
  );

  test("a bucket that is not there takes nothing", async () => {
    const { store } = await newBucket({ s3Bucket: "another-bucket" });
    await expect(store.put(KEY, Buffer.from("x"), "x/y")).rejects.toMatchObject({
      detail: "the bucket answered 404",
    });
  });

  test("half a file throws instead of passing for a whole one", async () => {
    const { s3, store } = await newBucket();
    await store.put(KEY, Buffer.alloc(200_000, 1), "x/y");
    s3.script(["half"]);
    await expect((async () => collect(await store.open(KEY)))()).rejects.toMatchObject({
      code: "store_unavailable",
    });
  });

  test("a file that is opened and dropped holds no connection", async () => {
    const { s3, client, store } = await newBucket();
    await store.put(KEY, Buffer.alloc(5_000_000, 1), "x/y");
    const reading = (await store.open(KEY))?.chunks[Symbol.asyncIterator]();
    await reading?.return?.();
    client.close();
    await until(async () => (await s3.openSockets()) === 0);
  });
});

test("half of the S3 settings is the folder", async () => {
  const folder = newFolder();
  const { client } = await newBucket();
  const tools = { http: client.http, stream: client.stream, now: () => new Date() };
  await openMediaStore({ s3Region: "x", s3Bucket: "b" }, folder, tools).put(
    KEY,
    Buffer.from("x"),
    "x/y",
  );
  expect(readdirSync(path.join(folder, "files"))).toContain("af");
});
