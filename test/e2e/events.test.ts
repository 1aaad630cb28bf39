import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { fillDataFolder } from "../database.ts";
import { startEventReceiver, type EventReceiver } from "../standins/event-receiver.ts";
import { type BridgeProcess, startBridge } from "./bridge-process.ts";
import { eventually } from "./world.ts";

const SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
const ADMIN_KEY = "admin-key-0123456789";

let folder: string;
let receiver: EventReceiver;
let bridge: BridgeProcess;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "ponte-events-"));
  receiver = await startEventReceiver(SECRET);
  const file = path.join(folder, "bridge.yml");
  await writeFile(
    file,
    `webhooks: { endpoints: { desk: { url: "${receiver.url}", secret: "\${DESK_SECRET}" } } }`,
  );
  await fillDataFolder(path.join(folder, "data"));
  bridge = await startBridge({
    PONTE_CONFIG: file,
    PONTE_DATA_DIR: path.join(folder, "data"),
    PONTE_ADMIN_KEY: ADMIN_KEY,
    DESK_SECRET: SECRET,
  });
}, 120_000);
afterAll(async () => {
  await bridge.stop("SIGTERM");
  await receiver.close();
  await rm(folder, { recursive: true });
});

const call = (where: string, body: object) =>
  fetch(`${bridge.url}${where}`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const types = () => receiver.events.map(({ type }) => type);

test("a help-desk is told of a session, of a pause and of what is written in it", async () => {
  await call("/webhooks/rest/webhook", { sender: "ana", message: "oi" });
  await eventually(() => types().length >= 2);
  expect(types().toSorted()).toEqual(["message.received", "session.started"]);
  const id = String(receiver.events[0]?.data["conversation_id"]);
  expect((await call(`/api/v1/conversations/${id}/pause`, {})).status).toBe(200);
  const silence = await call("/webhooks/rest/webhook", { sender: "ana", message: "alguém?" });
  expect(await silence.json()).toEqual([]);
  await eventually(() => types().length >= 4);
  expect(receiver.events.find(({ data }) => data["text"] === "alguém?")?.data).toMatchObject({
    conversation_id: id,
    paused: true,
  });
  expect(receiver.complaints).toEqual([]);
  expect(bridge.output()).not.toContain(SECRET);
});
