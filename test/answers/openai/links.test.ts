import { describe, expect, test } from "@jest/globals";
import { createKnownHosts, withoutForeignLinks } from "../../../src/answers/openai/links.ts";
import { questionWith } from "../question.ts";
import { contextWith, openScene } from "./setup.ts";

const isKnown = createKnownHosts(
  "Boletos: https://www.Cidade.example/boleto. Mapa: mapa.example/a",
  ["gov.example"],
);
const message = (text: string) => ({ text, buttons: [], image_url: undefined });
const told = (text: string) => withoutForeignLinks([message(text)], isKnown);

describe("an address in a reply", () => {
  test.each([
    "Veja https://www.cidade.example/outro.",
    "HTTPS://WWW.CIDADE.EXAMPLE/x",
    "www.cidade.example",
    "mapa.example/b?c=1",
    "https://gov.example e https://a.b.gov.example/x",
    "Vence dia 10/12.Pague até 15h. Fale com a@b.example ou 3/4, e/ou no guichê.",
    "Nada de links: 10.000,00",
  ])("stays: %s", (text) => {
    expect(told(text)).toEqual({ messages: [message(text)], changes: [] });
  });

  test.each([
    { text: "Pague em https://evil.example/pix.", want: "Pague em […]." },
    { text: "(http://evil.example)", want: "([…])" },
    { text: "HTTPS://EVIL.EXAMPLE/A ou www.evil.example!", want: "[…] ou […]!" },
    { text: "wa.me/5561900000001 responde", want: "[…] responde" },
    { text: "//evil.example/a serve", want: "[…] serve" },
    { text: "[aqui](https://evil.example/a)", want: "[aqui]([…])" },
    { text: "https://www.cidade.example@evil.example/ agora", want: "[…] agora" },
    { text: "https://www.cidade.example.evil.example agora", want: "[…] agora" },
    { text: "https://evilgov.example agora", want: "[…] agora" },
    { text: "ftp://www.cidade.example/a agora", want: "[…] agora" },
    { text: "https://evil.example", want: "" },
  ])("goes: $text", ({ text, want }) => {
    expect(told(text)).toEqual({ messages: [message(want)], changes: ["links_left_out"] });
  });

  test("goes from buttons, and pictures of others go with it", () => {
    const given = { text: "a", buttons: [{ title: "www.evil.example", payload: "p" }] };
    const image = "https://evil.example/a.png";
    expect(withoutForeignLinks([{ ...given, image_url: image }], isKnown)).toEqual({
      messages: [{ text: "a", buttons: [{ title: "", payload: "p" }], image_url: undefined }],
      changes: ["image_left_out", "links_left_out"],
    });
    const own = { text: "", buttons: [], image_url: "https://gov.example/a.png" };
    expect(withoutForeignLinks([own], isKnown)).toEqual({ messages: [own], changes: [] });
  });
});

describe("the backend", () => {
  const says = { reply: { messages: [{ text: "Pague em https://evil.example/pix, já." }] } };
  const ask = async (settings: Record<string, unknown>) => {
    const { backend } = await openScene({ model: () => says, settings });
    return backend.answer(questionWith(), contextWith());
  };

  test("names no address that nobody told it, and notes what it left out", async () => {
    expect(await ask({})).toMatchObject({
      replies: [{ text: "Pague em […], já." }],
      parameters: { changes: ["links_left_out"] },
    });
  });

  test.each([{ link_hosts: "evil.example" }, { link_hosts: ["EXAMPLE"] }, { links: "any" }])(
    "does where %j says so",
    async (settings) => {
      expect((await ask(settings)).replies).toEqual([
        { text: "Pague em https://evil.example/pix, já." },
      ]);
    },
  );
});
