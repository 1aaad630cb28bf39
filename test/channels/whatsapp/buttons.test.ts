import { describe, expect, test } from "@jest/globals";
import { isKeptId } from "../../../src/channels/whatsapp/kept-ids.ts";
import type { Button } from "../../../src/messages.ts";
import { codesOf, outline, payloadsOf, render } from "./rendering.ts";

const buttons = (count: number): Button[] =>
  Array.from({ length: count }, (_, index) => ({
    title: `Choice ${index + 1}`,
    payload: `/c${index + 1}`,
  }));
const titled = (...titles: string[]): Button[] =>
  titles.map((title, index) => ({ title, payload: `/c${index + 1}` }));
const FAMILY = "👨‍👩‍👧‍👦";

describe("the form that a number of buttons takes", () => {
  test.each([
    { label: "one button is a reply button", count: 1, kinds: ["button"], rows: [1], codes: [] },
    { label: "three buttons are reply buttons", count: 3, kinds: ["button"], rows: [3], codes: [] },
    {
      label: "four buttons become a list",
      count: 4,
      kinds: ["list"],
      rows: [4],
      codes: ["buttons_to_list"],
    },
    {
      label: "ten buttons fit one list",
      count: 10,
      kinds: ["list"],
      rows: [10],
      codes: ["buttons_to_list"],
    },
    {
      label: "eleven buttons become two lists",
      count: 11,
      kinds: ["list", "list"],
      rows: [10, 1],
      codes: ["buttons_to_list", "list_split"],
    },
    {
      label: "thirty buttons become three lists",
      count: 30,
      kinds: ["list", "list", "list"],
      rows: [10, 10, 10],
      codes: ["buttons_to_list", "list_split"],
    },
  ])("$label", ({ count, kinds, rows, codes }) => {
    const rendering = render({ text: "Choose", buttons: buttons(count) });
    const messages = outline(rendering);
    expect(messages.map(({ kind }) => kind)).toEqual(kinds);
    expect(messages.map(({ choices }) => choices.length)).toEqual(rows);
    expect(messages.flatMap(({ choices }) => choices.map(({ id }) => id))).toEqual(
      buttons(count).map(({ payload }) => payload),
    );
    expect(codesOf(rendering)).toEqual(codes);
  });

  test("several lists repeat a short body with their number", () => {
    const bodies = outline(render({ text: "Choose", buttons: buttons(11) })).map(
      ({ body }) => body,
    );
    expect(bodies).toEqual(["Choose (1/2)", "Choose (2/2)"]);
  });

  test("several lists do not repeat a long body", () => {
    const long = "word ".repeat(40).trim();
    const rendering = render({ text: long, buttons: buttons(11) }, { language: "pt-BR" });
    expect(outline(rendering).map(({ body }) => body)).toEqual([
      `${long} (1/2)`,
      "Mais opções (2/2)",
    ]);
  });
});

describe("the form that a title takes", () => {
  const t = (length: number) => "x".repeat(length);
  test.each([
    {
      label: "20 characters fit a reply button",
      title: t(20),
      kind: "button",
      want: { id: "/c1", title: t(20) },
      codes: [],
    },
    {
      label: "21 characters fit a list row",
      title: t(21),
      kind: "list",
      want: { id: "/c1", title: t(21) },
      codes: ["buttons_to_list"],
    },
    {
      label: "24 characters fit a list row",
      title: t(24),
      kind: "list",
      want: { id: "/c1", title: t(24) },
      codes: ["buttons_to_list"],
    },
    {
      label: "25 characters are shown whole in the description",
      title: t(25),
      kind: "list",
      want: { id: "/c1", title: `${t(23)}…`, description: t(25) },
      codes: ["buttons_to_list", "title_cut"],
    },
    {
      label: "72 characters fit the description",
      title: t(72),
      kind: "list",
      want: { id: "/c1", title: `${t(23)}…`, description: t(72) },
      codes: ["buttons_to_list", "title_cut"],
    },
    {
      label: "73 characters are shown whole in the body",
      title: t(73),
      kind: "list",
      want: { id: "/c1", title: `1. ${t(20)}…` },
      codes: ["buttons_to_list", "titles_numbered"],
    },
    {
      label: "a cut never falls inside an emoji",
      title: `${t(20)}${FAMILY} end`,
      kind: "list",
      want: { id: "/c1", title: `${t(20)}…`, description: `${t(20)}${FAMILY} end` },
      codes: ["buttons_to_list", "title_cut"],
    },
    {
      label: "an emoji counts as its code units",
      title: `${t(9)}${FAMILY}`,
      kind: "button",
      want: { id: "/c1", title: `${t(9)}${FAMILY}` },
      codes: [],
    },
    {
      label: "an emoji one code unit past a reply button makes a list",
      title: `${t(10)}${FAMILY}`,
      kind: "list",
      want: { id: "/c1", title: `${t(10)}${FAMILY}` },
      codes: ["buttons_to_list"],
    },
    {
      label: "line breaks in a title become spaces",
      title: "Yes\n please ",
      kind: "button",
      want: { id: "/c1", title: "Yes please" },
      codes: ["whitespace_collapsed"],
    },
  ])("$label", ({ title, kind, want, codes }) => {
    const rendering = render({ text: "Choose", buttons: titled(title) });
    expect(outline(rendering)).toEqual([
      { kind, body: expect.stringContaining("Choose"), choices: [want] },
    ]);
    expect(codesOf(rendering)).toEqual(codes);
  });

  test("a numbered list shows every title in its body and in the history", () => {
    const rendering = render({ text: "Choose", buttons: titled("No", t(73)) });
    const body = `Choose\n\n1. No\n2. ${t(73)}`;
    expect(outline(rendering)).toEqual([
      {
        kind: "list",
        body,
        choices: [
          { id: "/c1", title: "1. No" },
          { id: "/c2", title: `2. ${t(20)}…` },
        ],
      },
    ]);
    expect(rendering.messages[0]?.text).toBe(`${body}\n1. No\n2. ${t(20)}…`);
  });

  test("a long title beside a description moves to the body", () => {
    const rendering = render({
      text: "Choose",
      buttons: [{ title: t(25), payload: "/a", description: "cheap" }],
    });
    expect(outline(rendering)).toEqual([
      {
        kind: "list",
        body: `Choose\n\n1. ${t(25)}`,
        choices: [{ id: "/a", title: `1. ${t(20)}…`, description: "cheap" }],
      },
    ]);
  });

  test.each([
    { label: "72 characters of description stay", length: 72, want: t(72), cut: [] },
    {
      label: "73 characters of description are cut",
      length: 73,
      want: `${t(71)}…`,
      cut: ["description_cut"],
    },
  ])("$label", ({ length, want, cut }) => {
    const rendering = render({
      text: "Choose",
      buttons: [{ title: "A", payload: "/a", description: t(length) }],
    });
    expect(outline(rendering)[0]?.choices).toEqual([{ id: "/a", title: "A", description: want }]);
    expect(codesOf(rendering)).toEqual(["buttons_to_list", ...cut]);
  });
});

describe("choices that look alike", () => {
  test.each([
    {
      label: "equal titles are numbered",
      given: titled("Yes", "Yes"),
      want: ["Yes", "Yes 2"],
      codes: ["duplicate_title"],
    },
    {
      label: "a number never makes a new duplicate",
      given: titled("Yes", "Yes 2", "Yes"),
      want: ["Yes", "Yes 2", "Yes 3"],
      codes: ["duplicate_title"],
    },
    {
      label: "titles that differ only past the cut are numbered within the limit",
      given: titled(`${"x".repeat(30)}a`, `${"x".repeat(30)}b`),
      want: [`${"x".repeat(23)}…`, `${"x".repeat(21)}… 2`],
      codes: ["buttons_to_list", "title_cut", "title_cut", "duplicate_title"],
    },
    {
      label: "a button given twice is shown once",
      given: [...titled("Yes"), ...titled("Yes")],
      want: ["Yes"],
      codes: ["button_skipped"],
    },
  ])("$label", ({ given, want, codes }) => {
    const rendering = render({ text: "Choose", buttons: given });
    expect(outline(rendering)[0]?.choices.map(({ title }) => title)).toEqual(want);
    expect(codesOf(rendering)).toEqual(codes);
  });
});

describe("payloads", () => {
  const list = { title: "x".repeat(21), payload: "/other" };
  test.each([
    { label: "256 characters fit a button", payload: "p".repeat(256), isKept: false, more: [] },
    {
      label: "257 characters do not fit a button",
      payload: "p".repeat(257),
      isKept: true,
      more: [],
    },
    { label: "200 characters fit a row", payload: "p".repeat(200), isKept: false, more: [list] },
    {
      label: "201 characters do not fit a row",
      payload: "p".repeat(201),
      isKept: true,
      more: [list],
    },
    { label: "a leading space is not allowed", payload: " /a", isKept: true, more: [] },
    { label: "a trailing space is not allowed", payload: "/a ", isKept: true, more: [] },
    { label: "what looks like a kept id is kept itself", payload: "p:x", isKept: true, more: [] },
  ])("$label", ({ payload, isKept, more }) => {
    const rendering = render({ text: "Choose", buttons: [{ title: "A", payload }, ...more] });
    const id = outline(rendering)[0]?.choices[0]?.id ?? "";
    expect(isKeptId(id)).toBe(isKept);
    expect(rendering.kept).toEqual(isKept ? [{ id, payload }] : []);
    expect(isKept ? id.length : id).toBe(isKept ? 24 : payload);
    expect(codesOf(rendering).includes("payload_kept")).toBe(isKept);
  });

  test("two buttons with one payload get two ids that lead to it", () => {
    const rendering = render({
      text: "Choose",
      buttons: [
        { title: "A", payload: "/a" },
        { title: "B", payload: "/a" },
        { title: "C", payload: "/a" },
      ],
    });
    const ids = outline(rendering)[0]?.choices.map(({ id }) => id) ?? [];
    expect(new Set(ids).size).toBe(3);
    expect(rendering.kept).toEqual([
      { id: ids[1], payload: "/a" },
      { id: ids[2], payload: "/a" },
    ]);
  });

  test("a payload on two lists is kept once", () => {
    const long = { payload: "y".repeat(300) };
    const given = [{ title: "First", ...long }, ...buttons(9), { title: "Last", ...long }];
    const rendering = render({ text: "Choose", buttons: given });
    expect(rendering.messages.length).toBe(2);
    expect(rendering.kept).toEqual([{ id: "p:ljfP6tlKheA6fqAERopjn2", ...long }]);
  });

  test("the same payload gets the same id at every rendering", () => {
    const reply = { text: "Choose", buttons: [{ title: "A", payload: "y".repeat(300) }] };
    expect(render(reply).kept).toEqual(render(reply).kept);
    expect(render(reply).kept[0]?.id).toBe("p:ljfP6tlKheA6fqAERopjn2");
  });

  test.each([
    { label: "an empty payload is the title", button: { title: "Yes", payload: "" } },
    { label: "a blank payload is the title", button: { title: "Yes", payload: "  " } },
    { label: "a missing payload is the title", button: { title: "Yes" } },
    { label: "a missing title is the payload", button: { title: "", payload: "Yes" } },
  ])("$label", ({ button }) => {
    const rendering = render({ text: "Sure?", buttons: [button] });
    expect(outline(rendering)[0]?.choices).toEqual([{ id: "Yes", title: "Yes" }]);
    expect(codesOf(rendering)).toEqual([]);
  });
});

describe("bodies", () => {
  test("buttons without text get a standard body", () => {
    const rendering = render({ buttons: buttons(2) }, { language: "pt-BR" });
    expect(outline(rendering)[0]?.body).toBe("Escolha uma opção:");
    expect(codesOf(rendering)).toEqual(["body_added"]);
  });

  test.each([{ count: 2 }, { count: 4 }])(
    "1024 characters stay with $count buttons",
    ({ count }) => {
      const text = "x".repeat(1024);
      const rendering = render({ text, buttons: buttons(count) });
      expect(outline(rendering).map(({ body }) => body)).toEqual([text]);
      expect(codesOf(rendering)).not.toContain("text_split");
    },
  );

  test("of 1025 characters the first words go ahead as text", () => {
    const text = `Hello ${"x".repeat(1019)}`;
    const rendering = render({ text, buttons: buttons(2) });
    expect(outline(rendering).map(({ kind, body }) => [kind, body])).toEqual([
      ["text", "Hello"],
      ["button", "x".repeat(1019)],
    ]);
    expect(rendering.messages.map(({ notes }) => notes.map(({ code }) => code))).toEqual([
      ["text_split"],
      [],
    ]);
  });

  test("a list opens with a label in the person's language", () => {
    const labels = ["pt", "pt-BR", "en", "de"].map((language) =>
      payloadsOf(render({ text: "?", buttons: buttons(4) }, { language })),
    );
    expect(
      labels.map((payloads) => /"button":"([^"]+)"/.exec(JSON.stringify(payloads))?.[1]),
    ).toEqual(["Ver opções", "Ver opções", "See options", "See options"]);
  });

  test("the history shows what the person reads", () => {
    expect(render({ text: "Sure?", buttons: titled("Yes", "No") }).messages[0]?.text).toBe(
      "Sure?\n1. Yes\n2. No",
    );
  });
});

describe("link buttons", () => {
  const site: Button = { title: "Site", type: "web_url", url: "https://example.org", payload: "" };
  test("a single one alone is a link message", () => {
    const rendering = render({ text: "See", buttons: [site] });
    expect(payloadsOf(rendering)).toEqual([
      {
        type: "interactive",
        interactive: {
          type: "cta_url",
          body: { text: "See" },
          action: {
            name: "cta_url",
            parameters: { display_text: "Site", url: "https://example.org" },
          },
        },
      },
    ]);
    expect(codesOf(rendering)).toEqual([]);
  });

  test("without text its title is the body", () => {
    const rendering = render({ buttons: [{ ...site, title: "x".repeat(21) }] });
    expect(outline(rendering)[0]?.body).toBe("x".repeat(21));
    expect(JSON.stringify(payloadsOf(rendering))).toContain(`"${"x".repeat(19)}…"`);
    expect(codesOf(rendering)).toEqual(["body_added", "label_cut"]);
  });

  test.each([
    {
      label: "beside another link it is a line",
      given: [site, { title: "Map", url: "https://example.org/map" }],
      want: [
        {
          kind: "text",
          body: "See\n\nSite: https://example.org\nMap: https://example.org/map",
          choices: [],
        },
      ],
      codes: ["url_button_to_text", "url_button_to_text"],
    },
    {
      label: "beside a choice it is a line",
      given: [site, { title: "Yes", payload: "/y" }],
      want: [
        {
          kind: "button",
          body: "See\n\nSite: https://example.org",
          choices: [{ id: "/y", title: "Yes" }],
        },
      ],
      codes: ["url_button_to_text"],
    },
    {
      label: "an address that is not of the web is a line",
      given: [{ title: "Write", url: "mailto:a@example.org" }],
      want: [{ kind: "text", body: "See\n\nWrite: mailto:a@example.org", choices: [] }],
      codes: ["url_button_to_text"],
    },
  ])("$label", ({ given, want, codes }) => {
    const rendering = render({ text: "See", buttons: given });
    expect(outline(rendering)).toEqual(want);
    expect(codesOf(rendering)).toEqual(codes);
  });
});

describe("buttons that are none", () => {
  const reply = (value: unknown) => JSON.parse(JSON.stringify({ text: "Hi", buttons: value }));
  test.each([
    { label: "no list at all", value: "yes", codes: ["unreadable_skipped"] },
    {
      label: "a list of numbers",
      value: [1, 2],
      codes: ["unreadable_skipped", "unreadable_skipped"],
    },
    { label: "an object without words", value: [{}], codes: ["unreadable_skipped"] },
    { label: "an empty list", value: [], codes: [] },
    { label: "nothing", value: null, codes: [] },
  ])("$label leaves the text", ({ value, codes }) => {
    const rendering = render(reply(value));
    expect(outline(rendering)).toEqual([{ kind: "text", body: "Hi", choices: [] }]);
    expect(codesOf(rendering)).toEqual(codes);
  });

  test("a payload that is no text is noted", () => {
    const rendering = render(reply([{ title: "Yes", payload: { a: 1 } }]));
    expect(outline(rendering)[0]?.choices).toEqual([{ id: "Yes", title: "Yes" }]);
    expect(codesOf(rendering)).toEqual(["unreadable_skipped"]);
  });

  test("bare words and quick replies are buttons too", () => {
    const rendering = render(
      JSON.parse('{"text":"Hi","buttons":["Yes"],"quick_replies":[{"title":"No","payload":"/n"}]}'),
    );
    expect(outline(rendering)[0]?.choices).toEqual([
      { id: "Yes", title: "Yes" },
      { id: "/n", title: "No" },
    ]);
  });
});
