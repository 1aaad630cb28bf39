import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { AnswerBackend, BackendTools } from "../../../src/answers/backend.ts";
import { templates } from "../../../src/answers/templates/index.ts";
import { watchFiles } from "../../../src/watch-files.ts";
import { until } from "../../until.ts";
import { questionWith, recordingContext } from "../question.ts";
import { toolsWith } from "../tools.ts";

const fileOf = (text: string) =>
  `bridge: { intents: { x: { keywords: [oi] } } }\nresponses: { utter_x: [${text}] }\n`;

describe("template files that change", () => {
  let folder = "";
  let told: string[] = [];
  let stops: (() => void)[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "templates-"));
    told = [];
    stops = [];
  });
  afterEach(() => {
    for (const stop of stops) stop();
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);

  /** Tools on the real folder. What they tell is without the folder's name. */
  function openTools(): BackendTools {
    return {
      ...toolsWith(),
      readText: (file) => readFileSync(file, "utf8"),
      listFiles: (root) =>
        readdirSync(root, { recursive: true, encoding: "utf8" })
          .toSorted()
          .map((file) => path.join(root, file)),
      warn: (message) => void told.push(message.replaceAll(`${folder}/`, "")),
      watch: (paths, onChange) => {
        const stop = watchFiles(paths, onChange, (error) => void told.push(error.message));
        stops.push(stop);
        return stop;
      },
    };
  }

  const open = (): AnswerBackend => templates.configure({ path: folder }, openTools());
  const say = async (bot: AnswerBackend): Promise<string | undefined> => {
    const answer = await bot.answer(questionWith({ text: "oi" }), recordingContext());
    return answer.replies[0]?.text;
  };

  test("are read again, and what was read is told", async () => {
    write("a.yml", fileOf("one"));
    const bot = open();
    expect(await say(bot)).toBe("one");
    write("a.yml", fileOf("two"));
    await until(() => told.length > 0);
    expect(await say(bot)).toBe("two");
    expect(told).toEqual([
      "the template files were read again: 1 files, 1 intents, 0 examples, 1 responses",
    ]);
  });

  test("a bad one changes nothing and is told once, by file and line, until a good one comes", async () => {
    write("a.yml", fileOf("one"));
    const bot = open();
    write("a.yml", `${fileOf("two")}bridge: 3\n`);
    await until(() => told.length > 0);
    expect(told).toEqual([
      "the template files cannot be used\na.yml:3: Map keys must be unique\nthe template files read before stay in use",
    ]);
    expect(await say(bot)).toBe("one");
    write("a.yml", `${fileOf("two")}bridge: 3\n`);
    write("notes.txt", "nothing to read");
    write("a.yml", fileOf("three"));
    await until(() => told.length > 1);
    expect(told).toHaveLength(2);
    expect(await say(bot)).toBe("three");
  });

  test("a file in a new folder is found, and its changes after that", async () => {
    write("a.yml", fileOf("one"));
    const bot = open();
    mkdirSync(path.join(folder, "data"));
    write("data/b.yml", "responses: { utter_y: [y] }\n");
    write("a.yml", fileOf("one").replace("oi", "oi, olá"));
    await until(() => told.length > 0);
    write("data/b.yml", "responses: { utter_y: 5 }\n");
    await until(() => told.length > 1);
    expect(told[1]).toMatch(/^the template files cannot be used\ndata\/b\.yml:1: /);
    expect(await say(bot)).toBe("one");
  });

  test("all files gone is as bad as a bad one", async () => {
    write("a.yml", fileOf("one"));
    const bot = open();
    rmSync(path.join(folder, "a.yml"));
    await until(() => told.length > 0);
    expect(told[0]).toMatch(/^there are no template files in .*\nthe template files read before/);
    expect(await say(bot)).toBe("one");
  });

  test("hidden files and folders, where volume mounts keep copies, are left alone", async () => {
    mkdirSync(path.join(folder, "..2026_11_21"));
    write("..2026_11_21/a.yml", fileOf("copy"));
    write(".a.yml", "- broken");
    write("a.yml", fileOf("one"));
    expect(await say(open())).toBe("one");
  });
});

describe("template files in the middle of a change", () => {
  /** Tools whose files and watcher the test moves by hand. */
  function heldTools(files: Record<string, string>) {
    const told: string[] = [];
    const watched: (readonly string[])[] = [];
    let change = (): void => undefined;
    const tools: BackendTools = {
      ...toolsWith(),
      listFiles: () =>
        [...Object.keys(files), "t/gone.yml"].filter(
          (file) => file !== "t/gone.yml" || files["listed"] === "",
        ),
      readText: (file) => {
        const text = files[file];
        if (text === undefined) throw new Error(`ENOENT: ${file}`);
        return text;
      },
      warn: (message) => void told.push(message),
      watch: (paths, onChange) => {
        watched.push(paths);
        change = onChange;
        return () => undefined;
      },
    };
    return { tools, told, watched, change: () => change() };
  }

  test("a file that vanishes between two looks is told once, and the last good ones stay", async () => {
    const files: Record<string, string> = { "t/a.yml": fileOf("one") };
    const { tools, told, watched, change } = heldTools(files);
    const bot = templates.configure({ path: "t" }, tools);
    files["listed"] = "";
    change();
    change();
    expect(told).toEqual(["ENOENT: t/gone.yml\nthe template files read before stay in use"]);
    const answer = await bot.answer(questionWith({ text: "oi" }), recordingContext());
    expect(answer.replies).toEqual([{ text: "one" }]);
    expect(watched).toEqual([["t"]]);
  });

  test("a change of something else is not told", () => {
    const { tools, told, change } = heldTools({ "t/a.yml": fileOf("one") });
    templates.configure({ path: "t" }, tools);
    change();
    expect(told).toEqual([]);
  });

  test("a project full of what needs Rasa is told in a few lines", () => {
    const items = Array.from({ length: 100 }, (_, at) => `- { intent: x${at}, examples: [a] }`);
    const { tools, told } = heldTools({ "t/a.yml": `nlu:\n${items.join("\n")}\n` });
    templates.configure({ path: "t" }, tools);
    expect(told).toHaveLength(1);
    expect(told[0]?.split("\n")).toHaveLength(21);
    expect(told[0]).toMatch(/\nand 81 more$/);
  });
});
