import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mapColumns } from "../../../src/campaigns/import/columns.ts";
import { decodeText } from "../../../src/campaigns/import/decode.ts";
import { openCsv } from "../../../src/campaigns/import/read-csv.ts";
import {
  columnFor,
  guessColumn,
  titlesOf,
} from "../../../src/web/admin/campaigns/wizard/columns.ts";
import {
  DELIMITERS,
  findDelimiter,
  isWorkbook,
  readHead,
  readRecords,
} from "../../../src/web/admin/campaigns/wizard/csv-head.ts";
import {
  EMPTY_LIST,
  importQuery,
  type ListForm,
} from "../../../src/web/admin/campaigns/wizard/list-form.ts";
import { lookAt } from "../../../src/web/admin/campaigns/wizard/list-head.ts";
import { importQuery as serverQuery } from "../../../src/http/api/recipient-query.ts";

async function* once<Part>(part: Part): AsyncGenerator<Part> {
  yield part;
}

/** What the server makes of a text: the truth that the page's own look is held against. */
async function readByServer(text: string) {
  const { delimiter, records } = await openCsv(once(text), undefined);
  const cells: (readonly string[])[] = [];
  for await (const record of records) cells.push(record.cells);
  return { delimiter, cells: cells.filter((record) => record.some((cell) => cell !== "")) };
}

const LISTS: readonly { readonly label: string; readonly text: string }[] = [
  { label: "semicolons", text: "telefone;nome\r\n1;Ana\r\n2;Zoë\r\n" },
  { label: "commas within quotes", text: 'phone,name\n1,"Silva, Ana"\n2,"a ""b"""\n' },
  { label: "tabs", text: "phone\tname\n1\tAna" },
  { label: "bars", text: "phone|name|value\n1|Ana|2,5" },
  { label: "a delimiter that the file names", text: "sep=;\r\nphone;name, first\r\n1;Ana" },
  { label: "a line end within quotes", text: 'phone;note\n1;"one\ntwo"\n2;x' },
  { label: "one column", text: "phone\n1\n2" },
  { label: "empty lines", text: "\n\nphone;name\n\n1;Ana\n\n" },
  { label: "old line ends", text: "phone;name\r1;Ana\r2;Bia" },
  { label: "cells that are missing and too many", text: "a;b;c\n1\n1;2;3;4" },
  { label: "another sign within quotes", text: '"a;b",c,d\n1,2,3' },
];

describe("the first lines", () => {
  test.each(LISTS)("are read as the server reads them: $label", async ({ text }) => {
    const name = findDelimiter(text);
    const server = await readByServer(text);
    expect(DELIMITERS[name]).toBe(server.delimiter);
    expect(readRecords(text, name, 100, true)).toEqual(server.cells);
  });

  test("are read as the server reads them, whatever they hold", async () => {
    const cell = fc.stringMatching(/^[a-zé0-9 ,;|.\n"]{0,8}$/);
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1 });
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const text = `titles;more\n${rows.map((row) => row.map(quote).join(";")).join("\n")}`;
        const server = await readByServer(text);
        expect(readRecords(text, "semicolon", 1_000, true)).toEqual(server.cells);
      }),
      { numRuns: 60 },
    );
  });

  test("leave out the last where the text breaks off in it", () => {
    expect(readRecords("a;b\n1;2\n3;", "semicolon", 10, false)).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
  });

  test.each([
    ["UTF-8", Buffer.from("nome\nJosé")],
    ["windows-1252", Buffer.from("nome\nJosé", "latin1")],
    ["UTF-8 with a mark", Buffer.from("\ufeffnome\nJosé")],
    ["UTF-16", Buffer.from("\ufeffnome\nJosé", "utf16le")],
  ])("have the encoding that the server finds: %s", async (_label, bytes) => {
    const { text, encoding } = decodeText(once(new Uint8Array(bytes)), "auto");
    let whole = "";
    for await (const part of text) whole += part;
    const head = readHead(bytes, undefined, true);
    expect([head.encoding, head.text]).toEqual([encoding(), whole]);
  });

  test("are UTF-8 where a sign is cut off at the end of them", () => {
    const cut = Buffer.from("nome\nJosé").subarray(0, -1);
    expect(readHead(cut, undefined, false)).toEqual({ encoding: "utf-8", text: "nome\nJos" });
  });

  test("of a workbook are none", () => {
    expect(isWorkbook(Buffer.from("PK\u0003\u0004rest"))).toBe(true);
    expect(isWorkbook(Buffer.from("telefone;nome"))).toBe(false);
  });
});

describe("columns", () => {
  const titles = ["Código", "Nome Completo", "Celular", "Idioma", "Valor (R$)"];

  test("are guessed as the server guesses them", () => {
    const server = mapColumns(titles, { header: true });
    const guess = (key: "to" | "name" | "language") => guessColumn(titles, key, true);
    expect([guess("to"), guess("name"), guess("language")]).toEqual(
      [server.to, server.name, server.language].map((at) => titles[at ?? -1]),
    );
  });

  test("without a title line are numbers, of which the first holds the phone numbers", () => {
    const numbers = titlesOf(["+5561991112222", "Ana"], false);
    expect(numbers).toEqual(["1", "2"]);
    expect(guessColumn(numbers, "to", false)).toBe("1");
    expect(guessColumn(numbers, "name", false)).toBeUndefined();
  });

  test("fit a variable of the same letters", () => {
    expect(columnFor("codigo", titles)).toBe("Código");
    expect(columnFor("valor", titles)).toBeUndefined();
    expect(columnFor("", ["", "a"])).toBeUndefined();
  });
});

describe("a list of any size", () => {
  /** A file that says which bytes of it were asked for. */
  function bigBlob(): { blob: Blob; asked: number[] } {
    const asked: number[] = [];
    const blob = new Blob(["telefone;nome\n", "+5561991112222;Ana\n".repeat(100_000)]);
    const slice = blob.slice.bind(blob);
    blob.slice = (start, end, type) => {
      asked.push(end ?? blob.size);
      return slice(start, end, type);
    };
    blob.arrayBuffer = () => Promise.reject(new Error("the whole file was read"));
    return { blob, asked };
  }

  test("is looked at in its first bytes alone", async () => {
    const { blob, asked } = bigBlob();
    const result = await lookAt(blob, EMPTY_LIST);
    expect(result).toMatchObject({
      kind: "head",
      head: {
        delimiter: "semicolon",
        titles: ["telefone", "nome"],
        guessed: { to: "telefone", name: "nome" },
      },
    });
    expect(asked).toEqual([65_536]);
  });

  test.each([
    ["nothing", new Blob([]), "file_empty"],
    ["a workbook", new Blob(["PK\u0003\u0004"]), "file_excel"],
  ])("that is %s is refused at once", async (_label, blob, fault) => {
    expect(await lookAt(blob, EMPTY_LIST)).toEqual({ kind: "fault", fault });
  });

  test.each<[string, Partial<ListForm>]>([
    ["found out", {}],
    ["said", { delimiter: "tab", encoding: "utf-16le", to: "fone", name: "n", language: "l" }],
    ["pasted without titles", { source: "paste", pasted: "1", hasHeader: false, country: "" }],
  ])("is asked of the server in its own words: %s", (_label, change) => {
    const written = Object.entries(importQuery({ ...EMPTY_LIST, ...change }))
      .filter(([, value]) => value !== undefined && value !== "")
      .map(([key, value]) => [key, String(value)]);
    expect(serverQuery.safeParse(Object.fromEntries(written)).error).toBeUndefined();
  });
});
