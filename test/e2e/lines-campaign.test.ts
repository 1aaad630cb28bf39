import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { type Line, PERSON } from "./lines/line.ts";
import { smsLine } from "./lines/others.ts";
import { hear, openScene, type Scene } from "./lines/scene.ts";
import { acsLine, cloudLine, evolutionLine, serproLine } from "./lines/whatsapp.ts";
import { eventually } from "./world.ts";

const TEXT = { text: "Olá, {{nome}}: a reunião é {{quando}}." };
/** The messages of this stand-in are a year old: only a template may be sent to its people. */
const TEMPLATE = {
  template: { name: "aviso", language: "pt_BR", params: ["{{nome}}", "{{quando}}"] },
};

const LINES: readonly { label: string; open: () => Promise<Line>; content: object }[] = [
  { label: "the Cloud API", open: cloudLine, content: TEXT },
  { label: "Serpro", open: serproLine, content: TEMPLATE },
  { label: "ACS", open: () => acsLine("eventgrid"), content: TEXT },
  { label: "SMS", open: smsLine, content: TEXT },
  { label: "Evolution 2", open: () => evolutionLine("v2"), content: TEXT },
];

const made = z.object({ id: z.string() });
const campaign = z.object({ state: z.string(), figures: z.record(z.string(), z.unknown()) });

describe.each(LINES)("over $label", ({ open, content }) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ open, bot: () => [{ text: "resposta." }] });
    await scene.line.say("oi");
    await hear(scene, "resposta.");
  });
  afterAll(() => scene.close());

  test("a campaign reaches its person in their own words, and knows that it did", async () => {
    const { api, line } = scene;
    const { id } = made.parse(
      await api("/campaigns", "POST", {
        channel: line.channel,
        name: "Aviso",
        ...content,
        values: { quando: "amanhã" },
      }),
    );
    await api(`/campaigns/${id}/recipients`, "POST", {
      recipients: [{ to: `+${PERSON}`, params: { nome: "Joana" } }],
    });
    await api(`/campaigns/${id}/start`, "POST");
    await hear(scene, "Joana", "amanhã");
    const look = async () => campaign.parse(await api(`/campaigns/${id}`));
    await eventually(
      async () => {
        const { state, figures } = await look();
        return state === "done" && figures[line.end] === 1;
      },
      look,
      20_000,
    );
    expect((await look()).figures).toMatchObject({ audience: 1, [line.end]: 1 });
    expect(line.refusals()).toEqual([]);
  });

  test("a message by the API reaches the person who has written", async () => {
    await scene.api("/messages", "POST", {
      channel: scene.line.channel,
      to: `+${PERSON}`,
      ...content,
      values: { nome: "Joana", quando: "depois de amanhã" },
      correlation_id: "pedido-1",
    });
    await hear(scene, "depois de amanhã");
    const list = () => scene.rows("/messages?correlation_id=pedido-1");
    await eventually(
      async () => (await list()).every(({ status }) => status === scene.line.end),
      list,
      20_000,
    );
  });
});
