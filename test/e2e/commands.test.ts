import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { ACCOUNT, eventually, startWorld, type World } from "./world.ts";

let world: World;
let count = 0;
beforeAll(async () => {
  world = await startWorld({ driver: "embedded" });
}, 120_000);
afterAll(() => world.close());

/** One person says one thing after the other; resolves with what they were told and what Rasa was told. */
async function converse(from: string, texts: readonly string[]) {
  const turnsBefore = world.rasa.turns.length;
  for (const text of texts) {
    count += 1;
    await world.post(textWebhook({ account: ACCOUNT, from, id: `wamid.k${count}`, text }));
  }
  // The last message of every case is answered, so that there is something to wait for.
  const told = () =>
    world.graph.sent
      .filter(({ to }) => to === `+${from}`)
      .map(({ payload }) => /"body":"([^"]*)"/.exec(JSON.stringify(payload))?.[1] ?? "");
  return { told, asked: () => world.rasa.turns.slice(turnsBefore).map(({ message }) => message) };
}

test.each([
  { label: "a start link is forwarded as Rasa knows it", text: "/start 42", want: "/start 42" },
  { label: "a doubly encoded start link works", text: "/start%2042", want: "/start 42" },
  { label: "a Portuguese start works", text: "/iniciar 42", want: "/start 42" },
  { label: "a retyped start works", text: "start 42", want: "/start 42" },
  { label: "full-width digits work", text: "/start ４２", want: "/start 42" },
  { label: "a restart is forwarded", text: "/reiniciar", want: "/restart" },
  { label: "a typed intent loses its slash", text: '/admin{"x":1}', want: 'admin{"x":1}' },
  {
    label: "a sentence with a keyword is a sentence",
    text: "quero sair do grupo",
    want: "quero sair do grupo",
  },
])("$label", async ({ text, want }) => {
  const from = `55619944${String(count).padStart(5, "0")}`;
  const { asked } = await converse(from, [text]);
  await eventually(() => asked().length === 1);
  expect(asked()).toEqual([want]);
});

test("somebody who leaves gets the confirmation, one hint, then silence, until they come back", async () => {
  const { told, asked } = await converse("5561995550001", ["Sair.", "oi?", "alô?", "VOLTAR", "oi"]);
  await eventually(() => told().includes("oi"));
  expect(told()).toEqual([
    expect.stringContaining("VOLTAR"),
    expect.stringContaining("VOLTAR"),
    expect.stringContaining("SAIR"),
    "oi",
  ]);
  expect(asked()).toEqual(["oi"]);
});

test("a start brings back somebody who left", async () => {
  const { told, asked } = await converse("5561995550002", ["/stop", "/start 7"]);
  await eventually(() => told().length === 2);
  expect(asked()).toEqual(["/start 7"]);
});

test("the reference of a start is known to the bot afterwards", async () => {
  const { asked } = await converse("5561995550003", ["/start 42", "oi"]);
  await eventually(() => asked().length === 2);
  expect(world.rasa.turns.at(-1)?.metadata).toMatchObject({ start_reference: "42" });
});
