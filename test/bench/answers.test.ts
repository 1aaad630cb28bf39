import { describe, expect, test } from "@jest/globals";
import { createAnswerReader } from "../../bench/answers.ts";

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"status":"ok"}';
const BUSY = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\ncontent-length: 4\r\n\r\nbusy";
const EMPTY = "HTTP/1.1 204 No Content\r\n\r\n";
/** The data of a chunk may look like the end of all of them. */
const CHUNKED =
  "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n" +
  "A\r\n0\r\n\r\n01234\r\n1\r\nx\r\n0\r\n\r\n";

function statusesOf(...pieces: readonly string[]): readonly number[] {
  const statuses: number[] = [];
  const read = createAnswerReader((status) => statuses.push(status));
  for (const piece of pieces) read(Buffer.from(piece));
  return statuses;
}

describe("answers of a server under load", () => {
  test.each([
    { label: "a whole answer in one piece", text: OK, want: [200] },
    { label: "an answer without a body", text: EMPTY, want: [204] },
    { label: "a chunked answer", text: CHUNKED, want: [201] },
    {
      label: "several in one piece",
      text: OK + CHUNKED + EMPTY + BUSY,
      want: [200, 201, 204, 503],
    },
  ])("$label", ({ text, want }) => {
    expect(statusesOf(text)).toEqual(want);
  });

  test("cut anywhere, they are the same answers", () => {
    const text = OK + CHUNKED + BUSY;
    for (let place = 1; place < text.length; place += 1)
      expect(statusesOf(text.slice(0, place), text.slice(place))).toEqual([200, 201, 503]);
  });

  test("byte by byte too", () => {
    expect(statusesOf(...(OK + CHUNKED).split(""))).toEqual([200, 201]);
  });

  test("one whose end nothing tells is refused", () => {
    expect(() => statusesOf("HTTP/1.1 200 OK\r\n\r\nabc")).toThrow("without a length");
  });
});
