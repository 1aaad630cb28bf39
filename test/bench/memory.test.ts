import { expect, test } from "@jest/globals";
import { fileBytes, type HeapNode, makersOf } from "../../bench/memory.ts";

test("of a process's memory, pages of files are those of mappings with an inode", () => {
  const smaps = `00400000-0452c000 r-xp 00000000 08:02 173521      /usr/bin/node
Size:              67248 kB
Rss:                1024 kB
Anonymous:             0 kB
0452c000-0454d000 rw-p 00000000 00:00 0           [heap]
Rss:                4096 kB
7f1c00000000-7f1c00021000 rw-p 00000000 00:00 0
Rss:                 512 kB
7f1c10000000-7f1c10021000 r--p 00000000 08:02 99  /usr/lib/libc.so.6
Rss:                 256 kB
`;
  expect(fileBytes(smaps)).toBe(1_280 * 1_024);
});

test("objects are added up by whose code made them, what modules are made of apart", () => {
  const node = (
    functionName: string,
    url: string,
    selfSize: number,
    children: HeapNode[] = [],
  ): HeapNode => ({ callFrame: { functionName, url }, selfSize, children });
  const zod = "file:///somewhere/node_modules/zod/v4/core/schemas.js";
  const head = node("(root)", "", 0, [
    node("decode", "node:internal/encoding", 5),
    node("wrapSafe", "node:internal/modules/cjs/loader", 4, [node("init", zod, 3)]),
    node("emit", "node:events", 2, [node("parse", zod, 1)]),
    node("(V8 API)", "", 7),
  ]);
  expect(Object.fromEntries(makersOf(head))).toEqual({
    "texts of modules": 5,
    "compiled modules": 4,
    zod: 4,
    Node: 2,
    "other native code": 7,
  });
});
