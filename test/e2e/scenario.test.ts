import { afterEach, describe, expect, test } from "@jest/globals";
import type { Line } from "./lines/line.ts";
import { restLine, smsLine, socketLine } from "./lines/others.ts";
import { hear, openScene, type Scene, secretsOf } from "./lines/scene.ts";
import { acsLine, cloudLine, evolutionLine, serproLine } from "./lines/whatsapp.ts";
import { eventually } from "./world.ts";

const OPTIONS = [
  { number: 1, title: "Concordar", payload: '/votar{"v":1}' },
  { number: 2, title: "Discordar", payload: '/votar{"v":-1}' },
];
const ASK = "Você concorda com a ciclovia?";
const THANKS = "Voto registrado: discordo.";
const BYE = "Obrigado e até logo!";

const LINES: readonly { label: string; open: () => Promise<Line>; callback?: boolean }[] = [
  { label: "the Cloud API", open: cloudLine },
  { label: "Serpro", open: serproLine },
  { label: "Serpro at the Cloud API's address", open: () => serproLine("whatsapp") },
  { label: "ACS with Event Grid's schema", open: () => acsLine("eventgrid") },
  { label: "ACS with CloudEvents", open: () => acsLine("cloudevents") },
  { label: "ACS, the second registration", open: () => acsLine("eventgrid", "acs-connect") },
  { label: "SMS", open: smsLine },
  { label: "Evolution 1", open: () => evolutionLine("v1") },
  { label: "Evolution 2", open: () => evolutionLine("v2") },
  { label: "REST", open: restLine },
  { label: "Socket.IO", open: socketLine },
  { label: "the Cloud API, the bot on its callback channel", open: cloudLine, callback: true },
];

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

const bot = (_sender: string, message: string) => {
  if (message === "oi") return [{ text: ASK, buttons: OPTIONS }];
  return [{ text: message === OPTIONS[1]?.payload ? THANKS : BYE }];
};

describe.each(LINES)("a vote over $label", ({ open, callback = false }) => {
  test("is held from the first word to the last status", async () => {
    scene = await openScene({ open, bot, callback });
    const { line, rasa, rows, bridge } = scene;
    await line.say("oi");
    await hear(scene, ASK, "Concordar", "Discordar");
    const choice = OPTIONS[1];
    if (choice === undefined) throw new Error("there are two options");
    await line.choose(choice);
    await hear(scene, ASK, THANKS);
    await line.say("tchau");
    await hear(scene, ASK, THANKS, BYE);

    const channel = `channel=${line.channel}`;
    const outbound = () => rows(`/messages?direction=out&${channel}`);
    await eventually(
      async () => (await outbound()).every(({ status }) => status === line.end),
      async () => ({ outbound: await outbound() }),
    );
    expect((await outbound()).map(({ text }) => String(text).split("\n")[0]).toReversed()).toEqual([
      ASK,
      THANKS,
      BYE,
    ]);
    const interactions = (await rows(`/interactions?${channel}`)).toReversed();
    expect(interactions).toMatchObject(
      ["oi", choice.payload, "tchau"].map((text) => ({
        message_text: text,
        backend: "rasa",
        success: true,
        fallback_used: false,
        error_message: null,
      })),
    );
    expect(rasa.turns.map(({ message }) => message)).toEqual(["oi", choice.payload, "tchau"]);
    expect(new Set(rasa.turns.map(({ sender }) => sender)).size).toBe(1);
    expect({ problems: rasa.problems, overlaps: rasa.overlaps() }).toEqual({
      problems: [],
      overlaps: 0,
    });
    expect(line.refusals()).toEqual([]);

    const channels = await rows("/channels");
    const own = channels.find(({ name }) => name === line.channel);
    expect(own).toMatchObject({ health: [{ status: "ok", failed_today: 0, sent_today: 3 }] });
    expect(await rows("/dead-letters")).toEqual([]);
    expect(secretsOf(line).filter((secret) => bridge.output().includes(secret))).toEqual([]);
  });
});
