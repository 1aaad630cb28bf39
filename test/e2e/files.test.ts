import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { JPEG, MZ } from "../media/samples.ts";
import { messagesWebhook } from "../standins/graph-webhooks.ts";
import { S3_ACCOUNT, S3_BUCKET, startS3 } from "../standins/s3.ts";
import {
  ACCOUNT,
  eventually,
  listQuickestDriver,
  startWorld,
  type World,
  type WorldOptions,
} from "./world.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const PHONE = "5561991117777";
const metadata = z.object({
  type: z.string(),
  media: z.tuple([z.record(z.string(), z.unknown())]),
});

async function open(options: WorldOptions): Promise<World> {
  const world = await startWorld({ bot: () => [{ text: "recebi" }], ...options });
  closers.push(world.close);
  return world;
}

/** A picture as the provider announces it. */
function pictureWebhook(id: string, mediaId: string): object {
  return messagesWebhook(ACCOUNT, {
    contacts: [{ profile: { name: "Ana" }, wa_id: PHONE }],
    messages: [
      {
        from: PHONE,
        id,
        timestamp: String(Math.floor(Date.now() / 1000)),
        type: "image",
        image: { id: mediaId, mime_type: "image/jpeg", sha256: "x", caption: "minha conta" },
      },
    ],
  });
}

/** What the bot was told of the file of the last message. */
async function told(world: World, count = 1): Promise<Record<string, unknown>> {
  await eventually(
    () => world.rasa.turns.length === count,
    () => world.bridge().output(),
  );
  const turn = world.rasa.turns.at(-1);
  expect(turn?.message).toBe("minha conta");
  return metadata.parse(turn?.metadata).media[0];
}

const drivers = await listQuickestDriver();

describe.each(drivers)("a picture on $driver", ({ driver }) => {
  test("reaches the bot as facts and a link that works, and is fetched once", async () => {
    const world = await open({ driver });
    world.graph.media.files.set("9001", {
      account: ACCOUNT,
      bytes: JPEG,
      mimeType: "image/jpeg",
      faults: [503],
    });
    expect(await world.post(pictureWebhook("wamid.p1", "9001"))).toBe(200);
    const { url, ...facts } = await told(world);
    expect(facts).toEqual({
      type: "image",
      id: "9001",
      mime_type: "image/jpeg",
      size_bytes: JPEG.length,
      sha256: createHash("sha256").update(JPEG).digest("hex"),
      file_name: "file.jpg",
    });
    expect(String(url).startsWith(`${world.bridge().url}/files/`)).toBe(true);
    const answer = await fetch(String(url));
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(JPEG);
    expect((await fetch(String(url).replace(/.$/, "_"))).status).toBe(403);
    const calls = world.graph.media.asked.filter((path) => path.includes("mid=9001"));
    expect(calls).toHaveLength(2);
    expect(world.bridge().output()).not.toContain("signature=");

    // A program instead: the bot is told so, and the conversation goes on.
    world.graph.media.files.set("9002", { account: ACCOUNT, bytes: MZ, mimeType: "image/jpeg" });
    expect(await world.post(pictureWebhook("wamid.p2", "9002"))).toBe(200);
    expect(await told(world, 2)).toMatchObject({ missing: "refused_type", id: "9002" });
    await eventually(() => world.graph.sent.length === 2);
  }, 120_000);
});

describe("a picture", () => {
  const [{ driver } = { driver: "embedded" } as const] = drivers;

  test("is kept in a bucket where there is one", async () => {
    const s3 = await startS3();
    closers.push(s3.close);
    const env = {
      S3_ENDPOINT: s3.url,
      S3_BUCKET,
      S3_REGION: S3_ACCOUNT.region,
      S3_ACCESS_KEY_ID: S3_ACCOUNT.accessKeyId,
      S3_SECRET_ACCESS_KEY: S3_ACCOUNT.secretAccessKey,
      PUBLIC_URL: "https://ponte.example",
    };
    const world = await open({ driver, env });
    world.graph.media.files.set("9003", { account: ACCOUNT, bytes: JPEG, mimeType: "image/jpeg" });
    expect(await world.post(pictureWebhook("wamid.p3", "9003"))).toBe(200);
    const { url } = await told(world);
    expect(String(url)).toMatch(/^https:\/\/ponte\.example\/files\//);
    expect([...s3.objects.values()]).toEqual([{ bytes: JPEG, contentType: "image/jpeg" }]);
    const { pathname, search } = new URL(String(url));
    const answer = await fetch(`${world.bridge().url}${pathname}${search}`);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(JPEG);
    expect(world.bridge().output()).not.toContain(S3_ACCOUNT.secretAccessKey);
    expect(s3.refusals).toEqual([]);
  }, 120_000);
});
