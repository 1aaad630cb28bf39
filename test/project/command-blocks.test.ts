import { globSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { listen, stopListening } from "../standins/listen.ts";
import { type DocsWorld, makeReader, startDocsWorld } from "./docs-world.ts";
import { runBlocks } from "./run-blocks.ts";
import { listFences, listShellBlocks, listUnclearFences } from "./shell-blocks.ts";

/** Every command that the documents tell somebody to type is typed here. */

const FILES = ["README.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md").toSorted()];
const DOCUMENTS = FILES.map((file) => ({ file, blocks: listShellBlocks(file) })).filter(
  ({ blocks }) => blocks.some(({ kind }) => kind !== "elsewhere"),
);
const startsItself = ({ blocks }: (typeof DOCUMENTS)[number]) =>
  blocks.some(({ kind }) => kind === "service");

/** Some documents hold dozens of commands, and each is a process. */
const LIMIT_MS = 400_000;

async function follow(world: DocsWorld, { file, blocks }: (typeof DOCUMENTS)[number]) {
  const { env, replacements } = world;
  const run = await runBlocks(blocks, { folder: await world.newFolder(), env, replacements });
  const at = run.code === 0 ? "the end" : `${file}:${run.line}\n${run.output.slice(-3_000)}`;
  expect(at).toBe("the end");
}

describe("fences", () => {
  test("are told apart by their marks, also within lists", () => {
    const text = "a\n```sh\none\n\ntwo\n```\n\n1. b\n\n   ```text\n   three\n   ```\n";
    expect(listFences(text)).toEqual([
      { line: 3, info: "sh", text: "one\n\ntwo" },
      { line: 11, info: "text", text: "three" },
    ]);
  });

  test("say of each block whether it is to be typed", () => {
    expect(FILES.flatMap(listUnclearFences)).toEqual([]);
  });
});

describe("what would be a mistake of a document", () => {
  const block = (line: number, text: string, kind: "run" | "service" | "elsewhere" = "run") => ({
    kind,
    line,
    text,
  });

  test.each([
    {
      label: "a command that fails",
      blocks: [block(3, "true"), block(8, "false"), block(12, "true")],
    },
    { label: "one in the middle of a pipe", blocks: [block(3, "true"), block(8, "false | cat")] },
    { label: "a variable that nobody has set", blocks: [block(8, 'echo "$NOBODY"')] },
    { label: "a service that does not start", blocks: [block(8, "exit 1", "service")] },
    { label: "a refused call", blocks: [block(3, "true"), block(8, "curl -s $REFUSING")] },
  ])("$label is found, with its line", async ({ blocks }) => {
    const server = createServer((_request, response) => response.writeHead(404).end("no"));
    const port = await listen(server);
    const folder = mkdtempSync(path.join(tmpdir(), "ponte-blocks-"));
    const env = { PATH: process.env["PATH"] ?? "", REFUSING: `http://127.0.0.1:${port}/` };
    const { code, line } = await runBlocks(blocks, { folder, env, replacements: [] });
    await stopListening(server);
    rmSync(folder, { recursive: true });
    expect(code).not.toBe(0);
    expect(line).toBe(8);
  });

  test("what stands elsewhere is not run", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "ponte-blocks-"));
    const env = { PATH: process.env["PATH"] ?? "" };
    const blocks = [block(3, "exit 7", "elsewhere"), block(8, "true")];
    const { code } = await runBlocks(blocks, { folder, env, replacements: [] });
    rmSync(folder, { recursive: true });
    expect(code).toBe(0);
  });
});

describe("documents that need a bridge with stand-ins", () => {
  let world: DocsWorld;

  beforeAll(async () => {
    world = await startDocsWorld();
  }, 120_000);

  afterAll(() => world.close());

  test.each(DOCUMENTS.filter((document) => !startsItself(document)))(
    "$file does what it says",
    (document) => follow(world, document),
    LIMIT_MS,
  );
});

describe("documents that start everything themselves", () => {
  test.each(DOCUMENTS.filter(startsItself))(
    "$file does what it says",
    async (document) => {
      const reader = await makeReader();
      try {
        await follow(reader, document);
      } finally {
        await reader.close();
      }
    },
    LIMIT_MS,
  );
});
