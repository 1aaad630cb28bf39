import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { CHANNEL_MODULES } from "../../../src/channels/index.ts";
import type { Channel } from "../../../src/channels/channel.ts";
import type { Address, Reply } from "../../../src/messages.ts";
import type { Bubble } from "../../../src/web/shared/bubble/bubble.ts";
import { readBubble, readPayload } from "../../../src/web/shared/bubble/read-bubble.ts";
import { ACS_SAMPLE } from "../../channels/acs/sample.ts";
import { RAW_SETTINGS } from "../../channels/cloud/cloud-settings.ts";
import { SAMPLE as EVOLUTION } from "../../channels/evolution/sample.ts";
import { SERPRO_SAMPLE } from "../../channels/serpro/sample.ts";
import { SMS_SAMPLE } from "../../channels/sms/sample.ts";
import { REPLIES } from "./replies.ts";

interface Line {
  readonly type: string;
  readonly channel: Channel;
  readonly to: Address;
}

function line(type: string, settings: unknown, to: Address): Line {
  const module = CHANNEL_MODULES.find((each) => each.type === type);
  if (module === undefined) throw new Error(`there is no channel of the type ${type}`);
  return { type, channel: module.configure(settings), to };
}

const phone: Address = {
  account: "810000000000001",
  identities: [{ kind: "phone", value: "556191234567" }],
};
const web: Address = { account: "default", identities: [{ kind: "sender", value: "ana" }] };
const native = { ...EVOLUTION.settings, interactive: "native" };

const LINES: Readonly<Record<string, Line>> = {
  cloud: line("cloud", RAW_SETTINGS, phone),
  serpro: line("serpro", SERPRO_SAMPLE.settings, SERPRO_SAMPLE.to),
  acs: line("acs", ACS_SAMPLE.settings, ACS_SAMPLE.to),
  "acs-connect": line("acs-connect", ACS_SAMPLE.settings, ACS_SAMPLE.to),
  sms: line("sms", SMS_SAMPLE.settings, SMS_SAMPLE.to),
  evolution: line("evolution", EVOLUTION.settings, EVOLUTION.to),
  "evolution with buttons": line("evolution", native, EVOLUTION.to),
  "evolution of version 1": line("evolution", { ...native, api_version: "v1" }, EVOLUTION.to),
  rest: line("rest", {}, web),
  socketio: line("socketio", {}, web),
};

/** What a phone on a line shows of a reply, message by message, without what is absent. */
function shown(name: keyof typeof LINES, reply: Reply): readonly Partial<Bubble>[] {
  const { type, channel, to } = LINES[name] ?? line("rest", {}, web);
  return channel.render(reply, to).messages.map(({ payload, text }) => {
    // Payloads are stored as JSON.
    const stored: unknown = JSON.parse(JSON.stringify(payload));
    const read = readPayload(stored, type, text);
    if (read === undefined) throw new Error(`unread: ${JSON.stringify(stored)}`);
    // Whoever does not know the channel's type reads the same.
    if (type !== "sms") expect(readPayload(stored, "", text)).toEqual(read);
    return Object.fromEntries(
      Object.entries(read).filter(
        ([, value]) => value !== undefined && (!Array.isArray(value) || value.length > 0),
      ),
    );
  });
}

test("the replies cover every kind of custom message that is documented", () => {
  const page = readFileSync("docs/conversion.md", "utf8");
  const table = /## Custom messages([^]*?)\n## /.exec(page)?.[1] ?? "";
  const rows = table.split("\n").filter((row) => row.startsWith("| `") && !row.includes("`type`"));
  const types = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map((found) => found[1] ?? ""),
  );
  expect(types.length).toBeGreaterThan(10);
  // A raw payload is whatever a bot makes of it.
  expect(types.filter((type) => type !== "raw" && !(type in REPLIES))).toStrictEqual([]);
});

describe.each(Object.keys(LINES))("on %s", (name) => {
  test.each(Object.entries(REPLIES))("what is rendered of %s is read", (_kind, reply) => {
    for (const read of shown(name, reply)) {
      const parts = Object.entries(read).filter(([key, value]) => key !== "text" || value !== "");
      expect(parts.length).toBeGreaterThan(0);
    }
  });
});

const TWO = [
  { id: "/sim", title: "Sim", source: "button" },
  { id: "Não", title: "Não", source: "button" },
];
const file = "https://exemplo.test/a";

test.each<[line: string, reply: keyof typeof REPLIES, want: readonly object[]]>([
  ["cloud", "words", [{ text: "Olá *mundo*" }]],
  ["cloud", "choices", [{ text: "Qual?", buttons: TWO }]],
  ["serpro", "choices", [{ text: "Qual?", buttons: TWO }]],
  ["acs", "choices", [{ text: "Qual?", buttons: TWO }]],
  ["evolution with buttons", "choices", [{ text: "Qual?", header: "Opções", buttons: TWO }]],
  ["rest", "choices", [{ text: "Qual?", buttons: TWO }]],
  ["socketio", "choices", [{ text: "Qual?", buttons: TWO }]],
  ["sms", "choices", [{ text: expect.stringMatching(/1\. Sim\n2\. Não/) }]],
  [
    "cloud",
    "image",
    [{ text: "uma foto", media: { kind: "image", source: `${file}.png`, name: undefined } }],
  ],
  [
    "serpro",
    "image",
    [{ text: "uma foto", media: { kind: "image", source: `${file}.png`, name: undefined } }],
  ],
  [
    "acs",
    "image",
    [{ text: "uma foto", media: { kind: "image", source: `${file}.png`, name: undefined } }],
  ],
  [
    "evolution",
    "image",
    [{ text: "uma foto", media: { kind: "image", source: `${file}.png`, name: undefined } }],
  ],
  [
    "cloud",
    "audio",
    [{ text: "", media: { kind: "voice", source: `${file}.ogg`, name: undefined } }],
  ],
  [
    "evolution of version 1",
    "audio",
    [{ text: "", media: { kind: "voice", source: `${file}.ogg` } }],
  ],
  [
    "cloud",
    "location",
    [
      {
        text: "",
        location: { latitude: -15.79, longitude: -47.88, name: "Praça", address: "Centro" },
      },
    ],
  ],
  [
    "cloud",
    "contacts",
    [{ text: "", cards: [{ name: "Balcão", lines: ["Loja", "+556133334444", "a@exemplo.test"] }] }],
  ],
  [
    "cloud",
    "cta_url",
    [
      {
        text: "Veja",
        media: { kind: "image", source: `${file}.png`, name: undefined },
        links: [{ title: "Abrir", target: file }],
      },
    ],
  ],
  ["cloud", "location_request", [{ text: "Onde?", other: "location_request" }]],
  ["cloud", "flow", [{ text: "Preencha", other: "flow" }]],
  ["cloud", "template", [{ text: "aviso: Ana", template: "aviso" }]],
  ["serpro", "template", [{ text: "aviso: Ana", template: "aviso" }]],
  ["acs", "template", [{ text: "aviso: Ana", template: "aviso" }]],
  ["cloud", "reaction", [{ text: "", reaction: "👍" }]],
  ["evolution of version 1", "reaction", [{ text: "", reaction: "👍" }]],
])("%s: %s", (name, kind, want) => {
  expect(shown(name, REPLIES[kind] ?? {})).toEqual(want);
});

test.each(["cloud", "serpro", "acs", "evolution with buttons", "evolution of version 1"])(
  "%s: a list has its button, sections and rows",
  (name) => {
    const [read] = shown(name, REPLIES["list"] ?? {});
    expect(read?.list).toMatchObject({
      button: "Ver",
      sections: [
        { title: "Frutas", rows: [{ id: "/uva", title: "Uva", description: "roxa" }] },
        { title: "Outros", rows: [{ id: "/pao", title: "Pão" }] },
      ],
    });
  },
);

const inbound = {
  id: "018f0000-0000-7000-8000-000000000001",
  direction: "in",
  text: "oi",
  payload: null,
  template_name: null,
} as const;

test.each<[content: unknown, want: object]>([
  [{ type: "text" }, { text: "oi" }],
  [{ type: "choice", source: "list", payload: "/uva", title: "Uva" }, { text: "Uva" }],
  [
    { type: "media", media: "voice", file: { id: "f1", mimeType: "audio/ogg" } },
    { media: { kind: "voice", source: `/api/v1/messages/${inbound.id}/file` } },
  ],
  // The provider's own address would be fetched from the operator's browser.
  [
    {
      type: "media",
      media: "image",
      url: "https://spy.test/1.png",
      file: { missing: "too_large" },
    },
    { media: { kind: "image", source: undefined, missing: "too_large" } },
  ],
  [{ type: "location", latitude: 1, longitude: 2 }, { location: { latitude: 1, longitude: 2 } }],
  [
    { type: "contacts", cards: [{ name: "Ana", phones: [{ phone: "+55 61 9" }] }] },
    { cards: [{ name: "Ana", lines: ["+55 61 9"] }] },
  ],
  [
    { type: "reaction", to: "wamid.A", emoji: "🎉" },
    { reaction: "🎉", text: "" },
  ],
  [{ type: "reaction", to: "wamid.A" }, { reaction: "" }],
  [{ type: "form", answers: {} }, { other: "form" }],
  [{ type: "revoke", original: "wamid.A" }, { other: "revoke" }],
  [{ type: "unsupported", providerType: "ephemeral" }, { other: "ephemeral" }],
  [{ type: "of tomorrow" }, { text: "oi" }],
])("what a person sent is read from its content: %j", (content, want) => {
  expect(readBubble({ ...inbound, content }, "cloud")).toMatchObject(want);
});

const HOSTILE: readonly unknown[] = [
  null,
  undefined,
  7,
  "text",
  [],
  [[]],
  {},
  { type: "constructor" },
  { type: "__proto__" },
  { type: { type: "text" } },
  { type: "text", text: null },
  { type: "interactive", interactive: { type: "list", action: { sections: [null, { rows: 4 }] } } },
  { type: "interactive", interactive: { type: "button", action: { buttons: [null, {}, 3] } } },
  { type: "location", location: { latitude: "here", longitude: {} } },
  { type: "contacts", contacts: "none" },
  { type: "template", template: { components: [{ type: "header", parameters: 1 }] } },
  { kind: "interactive", interactiveMessage: { action: { kind: "whatsAppListAction" } } },
  { route: "sendList", body: { sections: { rows: [] } } },
  { route: "sendContact", body: { contactMessage: { phones: 1 } } },
  { form: "interativa-lista", body: { secoes: [{ rows: [1] }] } },
  { buttons: [null, { title: 4, url: {} }], attachment: { payload: [] } },
  { type: "media", media: "<img>", file: 4 },
  { type: "contacts", cards: [{ phones: [null], emails: 2 }] },
];

test("nothing that is stored breaks the reading of a message", () => {
  for (const type of [...Object.values(LINES).map((each) => each.type), "", "constructor"])
    for (const odd of HOSTILE)
      for (const direction of ["in", "out"] as const) {
        const read = readBubble({ ...inbound, direction, content: odd, payload: odd }, type);
        expect(typeof read.text).toBe("string");
      }
});
