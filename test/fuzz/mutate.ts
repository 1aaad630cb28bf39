import { hostileValue, INSIDES, KEYS } from "./hostile.ts";
import { changeAt, countTrees, type Entry, type Tree, treeAt, writeTree } from "./json-tree.ts";
import type { Random } from "./random.ts";

/** A change of a tree, at the top of it. */
type Change = (tree: Tree, random: Random, whole: Tree) => Tree;

/** Changes to one body at most; half of the bodies get one alone. */
const MOST_CHANGES = 6;

/** A body in ten is also damaged in its bytes. */
const DAMAGED = 0.1;

const literal = (json: string): Tree => ({ kind: "literal", json });

const retype: Change = (_tree, random) => literal(hostileValue(random));

/** Another part of the same body: its shape fits somewhere, but not here. */
const swap: Change = (tree, random, whole) =>
  treeAt(whole, random.below(countTrees(whole))) ?? tree;

const wrap: Change = (tree, random) =>
  random.pick<Tree>([
    { kind: "array", items: [tree] },
    { kind: "array", items: [tree, tree] },
    { kind: "object", entries: [[random.pick(KEYS), tree]] },
    literal(JSON.stringify(writeTree(tree))),
  ]);

function within(list: readonly Tree[], at: number, make: (tree: Tree) => readonly Tree[]): Tree[] {
  return list.flatMap((item, place) => (place === at ? make(item) : [item]));
}

const edit: Change = (tree, random, whole) => {
  if (tree.kind === "literal") return editLiteral(tree.json, random);
  if (tree.kind === "array") {
    const at = random.below(tree.items.length);
    const make = random.pick<(item: Tree) => readonly Tree[]>([
      () => [],
      (item) => [item, item],
      (item) => [literal(hostileValue(random)), item],
      (item) => Array.from({ length: 20 }, () => item),
    ]);
    return { kind: "array", items: within(tree.items, at, make) };
  }
  return editObject(tree.entries, random, whole);
};

function editObject(entries: readonly Entry[], random: Random, whole: Tree): Tree {
  const at = random.below(entries.length);
  const change = random.pick<(entry: Entry) => readonly Entry[]>([
    () => [],
    ([key, value]) => [
      [key, value],
      [key, literal(hostileValue(random))],
    ],
    ([key, value]) => [
      [key, literal(hostileValue(random))],
      [key, value],
    ],
    ([, value]) => [[random.pick(KEYS), value]],
    ([key, value]) => [[key.toUpperCase(), value]],
    (entry) => [[random.pick(KEYS), literal(hostileValue(random))], entry],
    ([key, value]) => [[key, swap(value, random, whole)]],
  ]);
  return {
    kind: "object",
    entries: entries.flatMap((entry, place) => (place === at ? change(entry) : [entry])),
  };
}

/** A text keeps most of itself, a number its kind. */
function editLiteral(json: string, random: Random): Tree {
  if (!json.startsWith('"')) return literal(random.pick([`-${json}`, `${json}0000`, `"${json}"`]));
  // Between two characters as JSON writes them: an escape is not torn apart.
  const units = json.slice(1, -1).match(/\\u[0-9a-f]{4}|\\.|[^\\]/giu) ?? [];
  const at = random.below(units.length + 1);
  const changed = random.pick([
    [...units.slice(0, at), random.pick(INSIDES), ...units.slice(at)],
    units.slice(0, at),
    units.slice(at),
    [...units, ...units],
    units.map((unit) => (unit.length === 1 ? unit.toUpperCase() : unit)),
  ]);
  return literal(`"${changed.join("")}"`);
}

const CHANGES: readonly Change[] = [retype, edit, edit, edit, swap, wrap];

/** A genuine body with something wrong in it, or several things. */
export function mutate(seed: Tree, random: Random): Buffer {
  const changes = random.chance(0.5) ? 1 : 1 + random.below(MOST_CHANGES);
  let tree = seed;
  for (let change = 0; change < changes; change += 1) {
    const place = random.below(countTrees(tree));
    const whole = tree;
    tree = changeAt(tree, place, (part) => random.pick(CHANGES)(part, random, whole));
  }
  const body = Buffer.from(writeTree(tree));
  return random.chance(DAMAGED) ? damage(body, random) : body;
}

type Damage = (body: Buffer, random: Random) => Buffer;

const insert = (body: Buffer, at: number, bytes: readonly number[]): Buffer =>
  Buffer.concat([body.subarray(0, at), Buffer.from(bytes), body.subarray(at)]);

/** Bytes that are no UTF-8: a lone continuation, an overlong NUL, half a surrogate, beyond the last character. */
const NO_UTF8 = [
  [0x80],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xff],
] as const;

const DAMAGES: readonly Damage[] = [
  (body, random) => body.subarray(0, random.below(body.length + 1)),
  (body, random) => body.subarray(random.below(body.length + 1)),
  (body, random) => insert(body, random.below(body.length + 1), random.pick(NO_UTF8)),
  (body, random) => insert(body, random.below(body.length + 1), [0]),
  (body, random) => {
    const flipped = Buffer.from(body);
    const at = random.below(flipped.length);
    if (flipped.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
    return flipped;
  },
  (body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
  (body) => Buffer.from(body.toString("utf8"), "utf16le"),
  (body) => Buffer.from(body.toString("utf8"), "latin1"),
  (body) => Buffer.concat([body, Buffer.from("\n"), body]),
  (body) => Buffer.concat([Buffer.alloc(64, 0x20), body, Buffer.alloc(64, 0x0a)]),
  () => Buffer.alloc(0),
];

function damage(body: Buffer, random: Random): Buffer {
  return random.pick(DAMAGES)(body, random);
}
