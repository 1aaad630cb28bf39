import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Client } from "pg";
import type { Line, Trouble } from "./lines/line.ts";
import { smsLine } from "./lines/others.ts";
import { hear, openScene, type Scene, secretsOf } from "./lines/scene.ts";
import { acsLine, cloudLine, evolutionLine, serproLine } from "./lines/whatsapp.ts";
import { eventually } from "./world.ts";

/** What every channel that calls a provider must keep, whatever the provider does. */
const LINES: readonly { label: string; open: () => Promise<Line>; copies: number | undefined }[] = [
  // How many copies of a message reach the person when its answer was lost: one where that can be found out. Evolution's
  // answers take so long that a lost one is only known after a minute.
  { label: "the Cloud API", open: cloudLine, copies: 1 },
  { label: "Serpro", open: serproLine, copies: 2 },
  { label: "ACS", open: () => acsLine("eventgrid"), copies: 1 },
  { label: "SMS", open: smsLine, copies: 1 },
  { label: "Evolution 1", open: () => evolutionLine("v1"), copies: undefined },
  { label: "Evolution 2", open: () => evolutionLine("v2"), copies: undefined },
];

describe.each(LINES)("$label", ({ open, copies }) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({
      open,
      bot: (_sender, message) => [{ text: `resposta a ${message}.` }],
    });
  });
  afterAll(() => scene.close());

  const countOf = (text: string) =>
    scene.line.heard().filter((heard) => heard.includes(text)).length;
  const statuses = async () =>
    (await scene.rows("/messages?direction=out")).map(({ status }) => status);
  const allEnd = async () => {
    let last: readonly unknown[] = [];
    const isOver = async () => {
      last = await statuses();
      return last.every((status) => status === scene.line.end);
    };
    await eventually(isOver, () => last, 20_000);
  };

  test("messages that are delivered twice are answered once each, in their order", async () => {
    const names = ["um", "dois", "três", "quatro", "cinco"];
    for (const name of names) {
      await scene.line.say(name, `inbound-${name}`);
      await scene.line.say(name, `inbound-${name}`);
    }
    await hear(scene, ...names.map((name) => `resposta a ${name}.`));
    await scene.line.say("um", "inbound-um");
    await scene.line.say("fim");
    await hear(scene, "resposta a cinco.", "resposta a fim.");
    expect(names.map((name) => countOf(`resposta a ${name}.`))).toEqual([1, 1, 1, 1, 1]);
    await allEnd();
  });

  test.each<{ trouble: Trouble; label: string }>([
    { trouble: "busy", label: "that finds the provider busy arrives after its pause" },
    { trouble: "html", label: "that meets an error page of a proxy is sent again" },
    { trouble: "early", label: "whose statuses come before the answer to the send loses none" },
  ])("a message $label", async ({ trouble }) => {
    scene.line.script?.(trouble);
    await scene.line.say(`teste ${trouble}`);
    await hear(scene, `resposta a teste ${trouble}.`);
    await allEnd();
    expect(countOf(`resposta a teste ${trouble}.`)).toBe(1);
  });

  if (copies !== undefined)
    test(`a message whose answer was lost reaches the person: ${String(copies)} time(s)`, async () => {
      scene.line.script?.("lost");
      await scene.line.say("teste perdido");
      await hear(scene, "resposta a teste perdido.");
      await scene.line.say("depois");
      await hear(scene, "resposta a teste perdido.", "resposta a depois.");
      await allEnd();
      expect(countOf("resposta a teste perdido.")).toBe(copies);
    });

  test("its provider can be asked whether the account works", async () => {
    expect(await scene.check()).toMatchObject({ data: [{ state: "connected" }] });
    expect(scene.line.refusals()).toEqual([]);
  });

  test("no secret is in the log or in any row", async () => {
    const { line, bridge, databaseUrl } = scene;
    const secrets = secretsOf(line);
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets.filter((secret) => bridge.output().includes(secret))).toEqual([]);
    if (databaseUrl === undefined) return;
    const rows = await dump(databaseUrl);
    expect(rows).toContain("resposta a fim.");
    expect(secrets.filter((secret) => rows.includes(secret))).toEqual([]);
  });
});

/** Everything in the database, as text. */
async function dump(url: string): Promise<string> {
  const client = new Client(url);
  await client.connect();
  try {
    const tables = await client.query(
      `select table_name as name from information_schema.tables
       where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    const parts: string[] = [];
    for (const { name } of tables.rows) {
      const found = await client.query(`select t::text as line from "${String(name)}" t`);
      parts.push(...found.rows.map(({ line }) => String(line)));
    }
    const bodies = await client.query(
      "select convert_from(body, 'UTF8') as line from webhook_events",
    );
    parts.push(...bodies.rows.map(({ line }) => String(line)));
    return parts.join("\n");
  } finally {
    await client.end();
  }
}
