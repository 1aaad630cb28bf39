import { describe, expect, test } from "@jest/globals";
import { textBubble } from "../../../src/web/shared/bubble/bubble.ts";
import { arrange } from "../../../src/web/simulator/phone/talk-items.ts";
import { contentAgain } from "../../../src/web/simulator/phone/content-again.ts";
import { hasCaption, mediaKindOf } from "../../../src/web/simulator/phone/media-kind.ts";
import { withTemplate } from "../../../src/web/simulator/phone/template-look.ts";
import { bodyOf, requestOf } from "../../../src/web/simulator/setup/template-request.ts";
import { mergeMessages } from "../../../src/web/simulator/state/merge.ts";
import { messageWith } from "./messages.ts";

const at = (minute: number) => `2026-11-21T10:${String(minute).padStart(2, "0")}:00.000Z`;

describe("what was said", () => {
  test("stands in the order in which it was said, each message once and as it was read last", () => {
    const known = [
      messageWith({ id: "a", created_at: at(1) }),
      messageWith({ id: "b", created_at: at(2) }),
    ];
    const page = [
      messageWith({ id: "c", created_at: at(3) }),
      messageWith({ id: "b", created_at: at(2), status: "read" }),
    ];
    const merged = mergeMessages(known, page);
    expect(merged.map(({ id, status }) => `${id} ${status}`)).toEqual([
      "a received",
      "b read",
      "c received",
    ]);
  });

  test("of one turn stands in the order in which it was sent; what waits comes last", () => {
    const turn = [
      messageWith({ id: "a", created_at: at(1) }),
      messageWith({ id: "b", created_at: at(1), sending_at: at(3) }),
      messageWith({ id: "c", created_at: at(1), sending_at: at(2) }),
    ];
    expect(mergeMessages([], turn).map(({ id }) => id)).toEqual(["c", "b", "a"]);
  });

  test("has notices between its messages and the name of each day above it", () => {
    const notice = {
      id: 1,
      channel: "simulator",
      phone: "+1",
      at: at(2),
      event: { kind: "clock", hours: 25 },
    } as const;
    const messages = [
      messageWith({ id: "a", created_at: at(1) }),
      messageWith({ id: "b", created_at: "2026-11-22T09:00:00.000Z" }),
    ];
    const items = arrange(messages, [notice], (iso) => iso.slice(0, 10));
    expect(items.map(({ key }) => key)).toEqual([
      "day 2026-11-21",
      "a",
      "notice 1",
      "day 2026-11-22",
      "b",
    ]);
  });
});

describe("saying the same again", () => {
  test.each([
    {
      label: "a text",
      message: messageWith({ id: "a", text: "oi" }),
      want: { type: "text", text: "oi" },
    },
    {
      label: "a choice",
      message: messageWith({
        id: "a",
        content: {
          type: "choice",
          source: "list",
          payload: "/menu",
          title: "Menu",
          description: "d",
        },
      }),
      want: { type: "choice", source: "list", id: "/menu", title: "Menu", description: "d" },
    },
    {
      label: "a place",
      message: messageWith({ id: "a", content: { type: "location", latitude: 1, longitude: 2 } }),
      want: { type: "location", latitude: 1, longitude: 2 },
    },
    {
      label: "a choice of an unknown kind: not",
      message: messageWith({ id: "a", content: { type: "choice", source: "x", payload: 1 } }),
      want: undefined,
    },
    {
      label: "a file: not",
      message: messageWith({ id: "a", content: { type: "media", media: "image" } }),
      want: undefined,
    },
    { label: "no content: not", message: messageWith({ id: "a", content: null }), want: undefined },
  ])("repeats $label", ({ message, want }) => {
    expect(contentAgain(message)).toEqual(want);
  });
});

test.each([
  { type: "image/png", want: "image", caption: true },
  { type: "video/mp4", want: "video", caption: true },
  { type: "audio/ogg", want: "audio", caption: false },
  { type: "image/svg+xml", want: "document", caption: true },
  { type: "application/pdf", want: "document", caption: true },
  { type: "", want: "document", caption: true },
])("a file of '$type' goes as $want", ({ type, want, caption }) => {
  expect(mediaKindOf(type)).toBe(want);
  expect(hasCaption(mediaKindOf(type))).toBe(caption);
});

describe("a template", () => {
  test("shows the footer and the buttons that the provider adds, taps bring the button's words", () => {
    const bubble = withTemplate(textBubble("hello: Ana"), [
      { type: "FOOTER", text: "Reply STOP" },
      null,
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "I will come" },
          { type: "QUICK_REPLY", text: 0x1f },
          { type: "QUICK_REPLY" },
          { type: "URL", text: "Open", url: "https://example.org" },
          "x",
        ],
      },
    ]);
    expect(bubble).toMatchObject({ text: "hello: Ana", footer: "Reply STOP" });
    expect(bubble.buttons.map(({ id, source }) => `${source} ${id}`)).toEqual([
      "template_button I will come",
      "template_button 31",
    ]);
    expect(bubble.links).toEqual([{ title: "Open", target: "https://example.org" }]);
    expect(withTemplate(bubble, "none")).toEqual(bubble);
  });

  const variables = (body: string[]) => ({ header: [], body, buttons: [] });

  test.each([
    { body: ["1", "2"], values: { "1": "Ana" }, want: { params: ["Ana", ""] } },
    { body: ["nome"], values: { nome: "Ana", other: "x" }, want: { params: { nome: "Ana" } } },
    { body: [], values: {}, want: {} },
  ])("with $body is filled with $values", ({ body, values, want }) => {
    const template = { name: "hello", language: "en", variables: variables(body) };
    expect(requestOf(template, values)).toEqual({ name: "hello", language: "en", ...want });
  });

  test.each([
    { components: [{ type: "BODY", text: "Oi" }], want: "Oi" },
    { components: [{ type: "BODY", text: 7 }, null, "x"], want: "" },
    { components: "none", want: "" },
  ])("shows the words of its body: '$want'", ({ components, want }) => {
    expect(bodyOf(components)).toBe(want);
  });
});
