import { describe, expect, test } from "@jest/globals";
import { createLinks } from "../../src/media/links.ts";

const ID = "0198c0de-0000-7000-8000-0000000000af";
const START = Date.UTC(2026, 10, 21, 12);

function setUp(secret = "a-key-of-the-tests") {
  const clock = { at: START };
  const links = createLinks({ secret, ttlMs: 60_000, now: () => new Date(clock.at) });
  return { clock, links };
}

/** Takes a link apart as the server does. */
function partsOf(link: string) {
  const { pathname, searchParams } = new URL(link, "http://ponte.test");
  const [, files, id = "", name = ""] = pathname.split("/");
  expect(files).toBe("files");
  return {
    id,
    name: decodeURIComponent(name),
    expires: searchParams.get("expires"),
    signature: searchParams.get("signature"),
  };
}

const FILE = { id: ID, mimeType: "application/pdf", fileName: "2ª via (março).pdf" };

describe("a link", () => {
  test("works until its time is over", () => {
    const { clock, links } = setUp();
    const parts = partsOf(links.pathTo(FILE));
    expect(parts).toMatchObject({
      id: ID,
      name: "2ª via _março_.pdf",
      expires: String(START / 1000 + 60),
    });
    expect(links.isValid(parts)).toBe(true);
    clock.at += 59_999;
    expect(links.isValid(parts)).toBe(true);
    clock.at += 1;
    expect(links.isValid(parts)).toBe(false);
  });

  test("has no character that needs care in a chat or a shell", () => {
    const { links } = setUp();
    expect(links.pathTo(FILE)).toMatch(/^\/files\/[\w/%.-]+\?expires=\d+&signature=[\w-]{43}$/);
  });

  const parts = partsOf(setUp().links.pathTo(FILE));
  test.each([
    { label: "another file", change: { id: ID.replace("af", "ae") } },
    { label: "another name", change: { name: "nota.pdf" } },
    { label: "a later end", change: { expires: String(Number(parts.expires) + 1) } },
    { label: "the same end written otherwise", change: { expires: `0${parts.expires ?? ""}` } },
    { label: "an end that is no number", change: { expires: "Infinity" } },
    { label: "no end", change: { expires: undefined } },
    { label: "two ends", change: { expires: [parts.expires, parts.expires] } },
    { label: "an object for an end", change: { expires: { a: "1" } } },
    { label: "another signature", change: { signature: "A".repeat(43) } },
    { label: "half a signature", change: { signature: parts.signature?.slice(0, 20) } },
    { label: "an empty signature", change: { signature: "" } },
    { label: "no signature", change: { signature: undefined } },
    { label: "two signatures", change: { signature: [parts.signature] } },
  ])("with $label is refused", ({ change }) => {
    expect(setUp().links.isValid({ ...parts, ...change })).toBe(false);
  });

  test("of another key is refused", () => {
    expect(setUp("another-key").links.isValid(parts)).toBe(false);
  });

  test("of another process with the same key works", () => {
    expect(setUp().links.isValid(parts)).toBe(true);
  });

  test("has one spelling: the last letter may not be another that stands for the same bytes", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const signature = parts.signature ?? "";
    const bytes = Buffer.from(signature, "base64url");
    const twins = alphabet
      .split("")
      .map((letter) => signature.slice(0, -1) + letter)
      .filter((twin) => Buffer.from(twin, "base64url").equals(bytes));
    expect(twins).toHaveLength(4);
    const working = twins.filter((twin) => setUp().links.isValid({ ...parts, signature: twin }));
    expect(working).toEqual([signature]);
  });

  test("cannot move a letter from the name to the id", () => {
    const { links } = setUp();
    const link = partsOf(links.pathTo({ ...FILE, fileName: "ab.pdf" }));
    expect(links.isValid({ ...link, id: `${link.id}a`, name: "b.pdf" })).toBe(false);
  });
});
