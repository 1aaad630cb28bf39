import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { renderReply } from "../../../src/channels/whatsapp/render.ts";
import { storableText } from "../../../src/storable.ts";
import type { Reply } from "../../../src/messages.ts";
import { codesOf, OPTIONS, render } from "./rendering.ts";

const unit = fc.constantFrom("grapheme" as const, "binary" as const);
const text = unit.chain((kind) => fc.string({ unit: kind, maxLength: 120 }));
const longText = fc.oneof(
  text,
  fc.array(text, { maxLength: 60 }).map((parts) => parts.join(" ")),
  fc.integer({ min: 0, max: 9000 }).map((length) => "ab cd\n".repeat(length / 6)),
);
const some = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const url = fc.oneof(fc.webUrl({ withQueryParameters: true }), text);
const button = fc.record(
  {
    title: text,
    payload: fc.option(longText, { nil: "" }),
    description: text,
    url,
    type: fc.constant("web_url"),
  },
  { requiredKeys: ["title"] },
);
const choice = fc.record({ title: text, payload: longText });
const buttons = fc.array(fc.oneof(choice, choice, button), { maxLength: 25 });

const header = fc.oneof(text, fc.record({ type: fc.constantFrom("image", "document"), url }));
const frame = { body: longText, header, footer: text };
const custom = fc.oneof(
  fc.record({ type: fc.constant("buttons"), ...frame, buttons }, { requiredKeys: ["type"] }),
  fc.record(
    {
      type: fc.constant("list"),
      ...frame,
      button: text,
      sections: fc.array(fc.record({ title: some(text), rows: buttons }), { maxLength: 12 }),
    },
    { requiredKeys: ["type", "sections"] },
  ),
  fc.record({ type: fc.constant("cta_url"), ...frame, label: text, url }),
  fc.record({
    type: fc.constantFrom("image", "video", "audio", "document", "sticker"),
    url,
    caption: longText,
    filename: text,
  }),
  fc.record({
    type: fc.constant("location"),
    latitude: fc.double({ min: -95, max: 95 }),
    longitude: fc.double({ min: -180, max: 180 }),
    name: text,
  }),
  fc.record({
    type: fc.constant("contacts"),
    contacts: fc.array(fc.record({ name: text, phones: fc.array(text) }), { maxLength: 12 }),
  }),
  fc.record({
    type: fc.constant("template"),
    name: fc.constant("aviso"),
    language: fc.constant("pt_BR"),
    params: fc.oneof(fc.array(longText), fc.dictionary(text, longText)),
  }),
  fc.record({
    type: fc.constant("flow"),
    body: longText,
    cta: text,
    flow_id: text,
    data: fc.anything(),
  }),
  fc.record({ type: fc.constant("reaction"), emoji: text, message_id: text }),
  fc.record({ type: fc.constantFrom("location_request", "request_contact_info"), body: longText }),
);
const reply: fc.Arbitrary<Reply> = fc.record(
  {
    text: longText,
    buttons,
    image: url,
    attachment: fc.oneof(
      url,
      fc.record({ type: fc.constant("image"), payload: fc.record({ url }) }),
    ),
    custom,
  },
  { requiredKeys: [] },
);
const options = fc.record({
  markdown: fc.constantFrom("off" as const, "auto" as const, "on" as const),
  language: fc.constantFrom("pt-BR", "en"),
  previewUrls: fc.boolean(),
});

describe("any reply", () => {
  test("becomes messages that WhatsApp takes, or notes", () => {
    fc.assert(
      fc.property(reply, options, (given, chosen) => {
        const { messages, notes } = render(given, chosen);
        expect(messages.length + notes.length).toBeGreaterThan(0);
      }),
      { numRuns: 400 },
    );
  });

  test("is rendered the same every time", () => {
    fc.assert(
      fc.property(reply, options, (given, chosen) => {
        expect(render(given, chosen)).toEqual(render(structuredClone(given), chosen));
      }),
      { numRuns: 60 },
    );
  });

  test("loses no word without a note", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 30 });
    const sentence = words.map((all) => all.join(" "));
    const spoken = fc.record({
      text: sentence,
      buttons: fc.array(fc.record({ title: sentence, description: sentence }), { maxLength: 15 }),
    });
    fc.assert(
      fc.property(spoken, (given) => {
        const rendering = render(given);
        const sent = new Set(
          rendering.messages.flatMap((message) => message.text.split(/[^a-z]+/)),
        );
        const all = [
          given.text,
          ...given.buttons.flatMap((each) => [each.title, each.description]),
        ];
        const lost = all
          .flatMap((each) => each.split(" "))
          .filter((word) => word !== "" && !sent.has(word));
        const explained = ["description_cut", "button_skipped", "unreadable_skipped"];
        expect(
          lost.length === 0 || codesOf(rendering).some((code) => explained.includes(code)),
        ).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("loses no button without a note, and every tap leads to its payload", () => {
    fc.assert(
      fc.property(fc.array(choice, { maxLength: 25 }), (given) => {
        const { messages, kept } = render({ text: "Choose", buttons: given });
        const payloads = new Map(kept.map(({ id, payload }) => [id, payload]));
        const ids = JSON.stringify(messages.map(({ payload }) => payload)).matchAll(
          /"id":("(?:[^"\\]|\\.)*")/g,
        );
        const taps = [...ids]
          .map(([, id]) => JSON.parse(id ?? '""'))
          .map((id) => payloads.get(id) ?? id);
        const wanted = given
          .map(({ payload }) => storableText(payload))
          .filter((payload) => payload.trim() !== "");
        expect(wanted.filter((payload) => !taps.includes(payload))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe("whatever a bot puts into a reply", () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  });
  const typed = fc
    .tuple(
      fc.constantFrom(
        ..."image video audio document sticker location contacts buttons list cta_url flow".split(
          " ",
        ),
        ..."location_request request_contact_info template reaction raw file toString".split(" "),
      ),
      fc.dictionary(
        fc.constantFrom(
          ..."url id caption body header footer buttons sections rows label name language params".split(
            " ",
          ),
          ..."components contacts latitude longitude emoji message_id payload elements data screen".split(
            " ",
          ),
        ),
        anything,
      ),
    )
    .map(([type, fields]) => ({ ...fields, type }));
  const hostile = fc.oneof(anything, typed, fc.array(typed, { maxLength: 3 }));

  test.each([
    { part: "custom" },
    { part: "attachment" },
    { part: "elements" },
    { part: "buttons" },
  ])("in $part, rendering never throws and sends nothing that WhatsApp refuses", ({ part }) => {
    fc.assert(
      fc.property(hostile, (value) => {
        render(Object.fromEntries([[part, value]]));
      }),
      { numRuns: 300 },
    );
  });

  test("in text and image, rendering never throws", () => {
    fc.assert(
      fc.property(anything, anything, (given, image) => {
        render(
          Object.fromEntries([
            ["text", given],
            ["image", image],
          ]),
        );
      }),
      { numRuns: 200 },
    );
  });

  test("raw payloads never make it throw", () => {
    fc.assert(
      fc.property(anything, (payload) => {
        const given = { custom: { type: "raw", payload } };
        const { messages, notes } = renderReply(given, { ...OPTIONS, rawPayloads: true });
        expect(messages.length + notes.length).toBe(1);
        expect(() => JSON.stringify(messages)).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    { label: "a million letters", given: { text: "x".repeat(1_000_000) } },
    { label: "a million spaces", given: { text: `a${" ".repeat(1_000_000)}b` } },
    { label: "a megabyte of open marks", given: { text: "**a".repeat(350_000) } },
    { label: "a megabyte of pipes", given: { text: `${"|".repeat(1_000_000)}\n|-` } },
    { label: "a megabyte of fences", given: { text: "```a".repeat(250_000) } },
    { label: "a long body", given: { text: "word ".repeat(100_000), buttons: ["a"] } },
    { label: "a long title", given: { text: "a", buttons: [{ title: "x".repeat(500_000) }] } },
    {
      label: "ten thousand buttons",
      given: { buttons: Array.from({ length: 10_000 }, (_, at) => `b${at}`) },
    },
    {
      label: "ten thousand equal titles",
      given: {
        buttons: Array.from({ length: 2_000 }, (_, at) => ({ title: "b", payload: `${at}` })),
      },
    },
  ])(
    "$label are rendered in time",
    ({ given }) => {
      const started = performance.now();
      const { messages } = render(JSON.parse(JSON.stringify(given)));
      expect(messages.length).toBeGreaterThan(0);
      // A second or two; what grows with the square of the length takes a quarter of an hour.
      expect(performance.now() - started).toBeLessThan(60_000);
    },
    120_000,
  );
});
