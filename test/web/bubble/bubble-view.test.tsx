import { expect, test } from "@jest/globals";
import { render } from "preact-render-to-string";
import { type Bubble, textBubble } from "../../../src/web/shared/bubble/bubble.ts";
import { BubbleView } from "../../../src/web/shared/bubble/bubble-view.tsx";
import { isOwnSource } from "../../../src/web/shared/bubble/media-view.tsx";
import { destinationOf } from "../../../src/web/shared/bubble/open-link.tsx";

const draw = (bubble: Partial<Bubble>, more: { readonly eager?: boolean } = {}): string =>
  render(<BubbleView bubble={{ ...textBubble(""), ...bubble }} direction="out" {...more} />);

test("marks become elements, and everything else is text", () => {
  const html = draw({ text: "*<img src=x onerror=alert(1)>* & `<b>`\n> said\n- one" });
  expect(html).toContain(
    "<strong>&lt;img src=x onerror=alert(1)></strong> &amp; <code>&lt;b></code>",
  );
  expect(html).toContain('class="bubble-quote">said<');
  expect(html).not.toMatch(/<img|<b>/);
});

test("hidden characters are named within marks too", () => {
  const html = draw({ text: "*a\u202eb*" });
  expect(html).toContain("U+202E");
  expect(html).not.toContain("\u202e");
});

test("a very long text is cut and no character in two", () => {
  const html = draw({ text: `a${"😀".repeat(10_000)}` });
  expect(html.length).toBeLessThan(12_000);
  expect(html.isWellFormed()).toBe(true);
  expect(html).toContain("more characters");
});

test.each([
  ["/api/v1/messages/1/file", true],
  ["blob:http://127.0.0.1/1", true],
  ["data:image/png;base64,AA==", true],
  ["data:image/svg+xml,<svg>", false],
  ["data:text/html,<script>", false],
  ["//spy.test/1.png", false],
  ["/\\spy.test/1.png", false],
  ["https://spy.test/1.png", false],
  ["javascript:alert(1)", false],
])("a file at %s is ours: %s", (source, want) => {
  expect(isOwnSource(source)).toBe(want);
});

test("a foreign file is named and never loaded, one of ours only on demand or eagerly", () => {
  const foreign = draw(
    { media: { kind: "image", source: "https://spy.test/1.png" } },
    { eager: true },
  );
  expect(foreign).not.toMatch(/<img|src=/);
  expect(foreign).toContain("Stored elsewhere");
  const own = { media: { kind: "image", source: "/api/v1/messages/1/file" } } as const;
  expect(draw(own)).not.toContain("<img");
  expect(draw(own, { eager: true })).toContain(
    '<img class="bubble-image" src="/api/v1/messages/1/file"',
  );
});

test.each([
  ["https://exemplo.test/a?b=1", "https://exemplo.test/a?b=1"],
  ["HTTP://exemplo.test", "http://exemplo.test/"],
  ["https://аррӏе.test/", "https://xn--80ak6aa92e.test/"],
  ["tel:+55 61 3333-4444", "tel:+556133334444"],
  ["+55 61 3333-4444", "tel:+556133334444"],
  ["javascript:alert(1)", undefined],
  [" JaVaScRiPt:alert(1)", undefined],
  ["data:text/html,<script>", undefined],
  ["blob:https://exemplo.test/1", undefined],
  ["file:///etc/passwd", undefined],
  ["tel:+55;javascript:x", undefined],
  ["//exemplo.test", undefined],
  ["", undefined],
])("the address %j leads to %j", (target, want) => {
  expect(destinationOf(target)?.href).toBe(want);
});

test("a link is a button that names its host, and no address of the page", () => {
  const html = draw({ links: [{ title: "Banco", target: "https://аррӏе.test/x" }] });
  expect(html).toContain("xn--80ak6aa92e.test");
  expect(html).not.toContain("href=");
});

test("choices are buttons only where a tap does something", () => {
  const bubble: Bubble = {
    ...textBubble("?"),
    buttons: [{ id: "/a", title: "A", source: "button" }],
  };
  expect(draw(bubble)).not.toContain("<button");
  const tappable = render(<BubbleView bubble={bubble} direction="out" onTap={() => undefined} />);
  expect(tappable).toContain("<button");
});

test("a message of which nothing is known says so", () => {
  expect(draw({})).toContain("Message without text");
  expect(draw({ other: "<i>ephemeral" })).toContain("Not shown here: &lt;i>ephemeral");
});
