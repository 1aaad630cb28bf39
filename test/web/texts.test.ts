import { readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";

const FOLDER = new URL("../../src/web/i18n/", import.meta.url);

const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".ts"));

const texts = z.object({
  all: z.strictObject({
    en: z.record(z.string(), z.string()),
    "pt-BR": z.record(z.string(), z.string()),
  }),
});

/** Texts are functions that carry all of their area. */
const areas = z.record(
  z.string(),
  z.custom((value) => texts.safeParse({ all: Reflect.get(Object(value), "all") }).success),
);

const placeholders = (text: string) =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).toSorted();

/** What is spelt the same in both languages and long enough to be a sentence was forgotten. */
const isSentence = (text: string) =>
  (text.replaceAll(/\{\w+\}/g, "").match(/\p{L}{2,}/gu) ?? []).length > 3;

test("every area has its file", () => {
  expect(FILES.length).toBeGreaterThan(5);
});

describe.each(FILES)("the texts of %s", (file) => {
  const read = async () => {
    const module: unknown = await import(new URL(file, FOLDER).href);
    return Object.values(areas.parse({ ...Object(module) })).map(
      (area) => texts.parse({ all: Reflect.get(Object(area), "all") }).all,
    );
  };

  test("are the same in both languages, but for the words", async () => {
    const all = await read();
    expect(all.length).toBeGreaterThan(0);
    for (const { en, "pt-BR": ptBR } of all) {
      expect(Object.keys(ptBR).toSorted()).toEqual(Object.keys(en).toSorted());
      const shape = (known: Readonly<Record<string, string>>) =>
        Object.fromEntries(Object.entries(known).map(([key, text]) => [key, placeholders(text)]));
      expect(shape(ptBR)).toEqual(shape(en));
      const entries = [...Object.entries(en), ...Object.entries(ptBR)];
      const bad = entries.filter(([, text]) => text.trim() === "" || text !== text.trim());
      expect(bad).toEqual([]);
      const same = Object.entries(en).filter(
        ([key, text]) => isSentence(text) && ptBR[key] === text,
      );
      expect(same).toEqual([]);
    }
  });

  test("have both forms of every count", async () => {
    for (const { en } of await read()) {
      const counted = Object.entries(en).filter(([, text]) => text.includes("{count}"));
      const stems = counted.flatMap(([key]) => /^(.+)_one$/.exec(key)?.[1] ?? []);
      const lacking = stems.filter((stem) => !(`${stem}_other` in en));
      expect(lacking).toEqual([]);
    }
  });
});
