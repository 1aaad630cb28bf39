import { describe, expect, test } from "@jest/globals";
import {
  beginSegment,
  FRAME_HEAD_BYTES,
  scanSegment,
  SEGMENT_HEAD_BYTES,
  toFrame,
} from "../../src/spool/frame.ts";

const CONTENTS = ["one", "", "three, which is longer than the others", "4"].map((text) =>
  Buffer.from(text),
);

function segmentOf(contents: readonly Buffer[]) {
  const { head, word } = beginSegment();
  const frames = contents.map((content) => toFrame(word, content));
  const ends: number[] = [];
  let at = head.length;
  for (const frame of frames) ends.push((at += frame.length));
  return { bytes: Buffer.concat([head, ...frames]), ends, word };
}

const textsIn = (buffers: readonly Buffer[]): readonly string[] =>
  buffers.map((buffer) => buffer.toString());

describe("a segment", () => {
  test("is read as it was written", () => {
    const { bytes } = segmentOf(CONTENTS);
    const { contents, damaged, tornBytes } = scanSegment(bytes);
    expect(textsIn(contents)).toEqual(textsIn(CONTENTS));
    expect({ damaged, tornBytes }).toEqual({ damaged: [], tornBytes: 0 });
  });

  test("cut off anywhere, gives every record that is whole and calls nothing damaged", () => {
    const { bytes, ends } = segmentOf(CONTENTS);
    for (let length = 0; length < bytes.length; length += 1) {
      const { contents, damaged, tornBytes } = scanSegment(bytes.subarray(0, length));
      const whole = ends.filter((end) => end <= length).length;
      expect([length, textsIn(contents)]).toEqual([length, textsIn(CONTENTS.slice(0, whole))]);
      expect(damaged).toEqual([]);
      const start = ends[whole - 1] ?? (length < SEGMENT_HEAD_BYTES ? 0 : SEGMENT_HEAD_BYTES);
      expect(tornBytes).toBe(length - start);
    }
  });

  test("cut off anywhere and filled with zeros, as after a loss of power, gives every record that is whole", () => {
    const { bytes, ends } = segmentOf(CONTENTS);
    for (const length of [0, SEGMENT_HEAD_BYTES, ...ends]) {
      const filled = Buffer.concat([bytes.subarray(0, length), Buffer.alloc(5_000)]);
      const { contents, damaged } = scanSegment(filled);
      expect(contents).toHaveLength(ends.filter((end) => end <= length).length);
      expect(damaged).toEqual([]);
    }
  });

  test("changed by one bit anywhere, loses one record at most, and tells", () => {
    const { bytes } = segmentOf(CONTENTS);
    for (let at = SEGMENT_HEAD_BYTES; at < bytes.length; at += 1) {
      for (const bit of [1, 16, 128]) {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ bit, at);
        const { contents, damaged } = scanSegment(changed);
        expect([at, contents.length]).toEqual([at, CONTENTS.length - 1]);
        expect(damaged).toHaveLength(1);
      }
    }
  });

  test("of which the very beginning is changed is damaged as a whole, and nothing is thrown away", () => {
    const { bytes } = segmentOf(CONTENTS);
    for (let at = 0; at < SEGMENT_HEAD_BYTES; at += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      const { contents, damaged, tornBytes } = scanSegment(changed);
      expect({ contents, tornBytes }).toEqual({ contents: [], tornBytes: 0 });
      expect(Buffer.concat(damaged).length).toBeGreaterThanOrEqual(
        bytes.length - SEGMENT_HEAD_BYTES,
      );
    }
  });

  test("with a hole in it goes on behind the hole", () => {
    const { bytes, ends } = segmentOf(CONTENTS);
    const [first = 0, second = 0] = ends;
    const holed = Buffer.concat([
      bytes.subarray(0, first),
      Buffer.from("garbage of any length"),
      bytes.subarray(second),
    ]);
    const { contents, damaged } = scanSegment(holed);
    expect(textsIn(contents)).toEqual(["one", "three, which is longer than the others", "4"]);
    expect(textsIn(damaged)).toEqual(["garbage of any length"]);
  });

  test("a record within a record, of another segment, is never taken for one", () => {
    const other = segmentOf([Buffer.from("what a person wrote")]);
    const { bytes, ends } = segmentOf([other.bytes, Buffer.from("last")]);
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(SEGMENT_HEAD_BYTES + 9) ^ 1, SEGMENT_HEAD_BYTES + 9);
    expect(textsIn(scanSegment(changed).contents)).toEqual(["last"]);
    expect(ends[0]).toBe(SEGMENT_HEAD_BYTES + FRAME_HEAD_BYTES + other.bytes.length);
  });
});
