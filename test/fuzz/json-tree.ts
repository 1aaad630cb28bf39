/**
 * JSON as it is written and not as it is understood: a key may come twice, a number may be beyond every range, a text may
 * hold half a character, and `__proto__` is a key like any other.
 */
export type Tree =
  | { readonly kind: "object"; readonly entries: readonly Entry[] }
  | { readonly kind: "array"; readonly items: readonly Tree[] }
  /** A text of JSON, put in as it is; it need not be valid. */
  | { readonly kind: "literal"; readonly json: string };

/** A key, as the text of JSON between its quotes, and what it holds. */
export type Entry = readonly [key: string, value: Tree];

/** The tree of a value that `JSON.parse` gave. */
export function toTree(value: unknown): Tree {
  if (Array.isArray(value)) {
    return { kind: "array", items: value.map((item: unknown) => toTree(item)) };
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]): Entry => [
      JSON.stringify(key).slice(1, -1),
      toTree(item),
    ]);
    return { kind: "object", entries };
  }
  return { kind: "literal", json: JSON.stringify(value) };
}

export function writeTree(tree: Tree): string {
  switch (tree.kind) {
    case "literal":
      return tree.json;
    case "array":
      return `[${tree.items.map(writeTree).join(",")}]`;
    case "object":
      return `{${tree.entries.map(([key, value]) => `"${key}":${writeTree(value)}`).join(",")}}`;
  }
}

/** How many trees there are in it, itself included. */
export function countTrees(tree: Tree): number {
  return 1 + childrenOf(tree).reduce((sum, child) => sum + countTrees(child), 0);
}

/** The tree at a place, counted from 0 in the order of writing; undefined past the end. */
export function treeAt(tree: Tree, place: number): Tree | undefined {
  if (place === 0) return tree;
  let left = place - 1;
  for (const child of childrenOf(tree)) {
    const count = countTrees(child);
    if (left < count) return treeAt(child, left);
    left -= count;
  }
  return undefined;
}

/** The same with the tree at a place changed. */
export function changeAt(tree: Tree, place: number, change: (tree: Tree) => Tree): Tree {
  if (place === 0) return change(tree);
  let left = place - 1;
  const descend = (child: Tree): Tree => {
    const count = countTrees(child);
    const isHere = left >= 0 && left < count;
    const changed = isHere ? changeAt(child, left, change) : child;
    left -= count;
    return changed;
  };
  switch (tree.kind) {
    case "literal":
      return tree;
    case "array":
      return { kind: "array", items: tree.items.map(descend) };
    case "object":
      return {
        kind: "object",
        entries: tree.entries.map(([key, value]): Entry => [key, descend(value)]),
      };
  }
}

function childrenOf(tree: Tree): readonly Tree[] {
  switch (tree.kind) {
    case "literal":
      return [];
    case "array":
      return tree.items;
    case "object":
      return tree.entries.map(([, value]) => value);
  }
}
