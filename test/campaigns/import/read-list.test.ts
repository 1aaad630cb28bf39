import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Encoding } from "../../../src/campaigns/import/decode.ts";
import { type CsvChoice, openList } from "../../../src/campaigns/import/read-list.ts";
import type { ImportRow } from "../../../src/campaigns/import/read-row.ts";
import { gathered, inPieces } from "./scene.ts";

const AUTO: CsvChoice = {
  delimiter: undefined,
  encoding: "auto",
  header: true,
  country: undefined,
};

/** The lines of a file in short: who, what they bring, or what is wrong. */
async function read(
  file: string | Uint8Array,
  choice: Partial<CsvChoice> = {},
  pieceBytes = 7,
): Promise<(string | Record<string, string>)[]> {
  const bytes = typeof file === "string" ? Buffer.from(file) : file;
  const list = await openList(inPieces(bytes, pieceBytes), { ...AUTO, ...choice });
  const rows: ImportRow[] = await gathered(list.rows);
  return rows.map((row) =>
    row.kind === "invalid"
      ? `line ${row.line}: ${row.value} ${row.problem}`
      : { line: `${row.line}`, to: row.identity.value, ...row.params },
  );
}

const ANA = { line: "2", to: "5561991112222", nome: "Ana" };

describe("a table is read", () => {
  test.each([
    { label: "with commas", file: "telefone,nome\n+5561991112222,Ana\n", want: [ANA] },
    { label: "with semicolons", file: "telefone;nome\r\n+5561991112222;Ana\r\n", want: [ANA] },
    { label: "with tabs", file: "telefone\tnome\r+5561991112222\tAna", want: [ANA] },
    { label: "with pipes", file: "telefone|nome\n+5561991112222|Ana", want: [ANA] },
    {
      label: "with the delimiter that Excel names above the titles, on the line after it",
      file: "sep=;\r\ntelefone;nome\r\n+5561991112222;Ana",
      want: [{ ...ANA, line: "3" }],
    },
    {
      label: "with titles in quotes that hold another delimiter",
      file: '"telefone";"nome, completo"\n+5561991112222;Ana\n',
      want: [{ line: "2", to: "5561991112222", "nome, completo": "Ana" }],
    },
    {
      label:
        "with delimiters, quotes and line ends inside quotes, counting lines as an editor does",
      file: 'telefone,nome\n+5561991112222,"Ana, ""a"" \nde Sá"\n\n+5561991113333,Rui\n',
      want: [
        { line: "2", to: "5561991112222", nome: 'Ana, "a" \nde Sá' },
        { line: "5", to: "5561991113333", nome: "Rui" },
      ],
    },
    {
      label: "with quotes that mean nothing",
      file: 'telefone,nome\n+5561991112222,Ana "a" Sá\n+5561991113333,"Rui" Sá\n',
      want: [
        { line: "2", to: "5561991112222", nome: 'Ana "a" Sá' },
        { line: "3", to: "5561991113333", nome: '"Rui" Sá' },
      ],
    },
    {
      label: "with all line ends at once",
      file: "telefone,nome\r\n+5561991112222,Ana\n+5561991113333,Rui\r\n",
      want: [ANA, { line: "3", to: "5561991113333", nome: "Rui" }],
    },
    {
      label: "without lines that are empty, or empty but for delimiters",
      file: "telefone,nome\n\n , \n+5561991112222,Ana\n,\n",
      want: [{ ...ANA, line: "4" }],
    },
    {
      label: "with lines that are short, and refuses those that are too long",
      file: "telefone,nome,valor\n+5561991112222,Ana\n+5561991113333,Rui,12,50\n+5561991114444,Lia,1,,\n",
      want: [
        ANA,
        "line 3: +5561991113333 has more cells than the title line: a delimiter inside a text needs quotes around it",
        { line: "4", to: "5561991114444", nome: "Lia", valor: "1" },
      ],
    },
    {
      label: "with values as texts, without blanks around them, signs joined, NUL dropped",
      file: "telefone,nome,valor\n +5561991112222 , Ana\u0000 Jose\u0301 ,007\n",
      want: [{ line: "2", to: "5561991112222", nome: "Ana José", valor: "007" }],
    },
    {
      label: "with numbers that Excel has rounded as lines that are wrong",
      file: "telefone;nome\n5,56199E+12;Ana\n5.56E+12;Rui\n",
      want: [
        "line 2: 5,56199E+12 was rounded by Excel: make the column a text, write the numbers again and save",
        "line 3: 5.56E+12 was rounded by Excel: make the column a text, write the numbers again and save",
      ],
    },
    {
      label: "with the apostrophe that our own export puts before a number",
      file: "to,nome\n'+5561991112222,Ana\n",
      want: [ANA],
    },
    {
      label: "with formulas as the texts they are",
      file: 'to,nome\n+5561991112222,"=HYPERLINK(""http://x"")"\n',
      want: [{ line: "2", to: "5561991112222", nome: '=HYPERLINK("http://x")' }],
    },
    {
      label: "with a title that means something to JavaScript left out",
      file: "to,__proto__,constructor\n+5561991112222,a,b\n",
      want: [{ line: "2", to: "5561991112222", constructor: "b" }],
    },
    {
      label: "with names that are too long and languages that are none as lines that are wrong",
      file: `to,name,language\n+5561991112222,${"x".repeat(201)},\n+5561991113333,Rui,brasileiro\n`,
      want: [
        "line 2: +5561991112222 has a name of more than 200 characters",
        "line 3: +5561991113333 has a language that is not one such as pt_BR",
      ],
    },
  ])("$label", async ({ file, want }) => {
    expect(await read(file)).toEqual(want);
    expect(await read(file, {}, 1)).toEqual(want);
  });

  test("without titles, by the numbers of its columns", async () => {
    const file = "Ana;061 99111-2222;x";
    const choice = { header: false, to: "2", name: "1", country: "BR" };
    expect(await read(file, choice)).toEqual([
      { line: "1", to: "5561991112222", "1": "Ana", "3": "x" },
    ]);
  });

  test("by the titles that a caller names, whatever their case and accents", async () => {
    const file = "Nome do Cliente,Nº de Contato\nAna,+5561991112222\n";
    expect(await read(file, { to: "no de CONTATO" })).toEqual([
      { line: "2", to: "5561991112222", "Nome do Cliente": "Ana" },
    ]);
  });
});

describe("a table is refused", () => {
  test.each([
    { label: "with nothing in it", file: "", want: "the file is empty" },
    { label: "with a mark alone", file: "\uFEFF", want: "the file is empty" },
    {
      label: "without a column of numbers, naming the titles there are",
      file: "cidade;nome\nBrasília;Ana\n",
      want: "no column holds the phone numbers: say which with ?to=; the columns are: cidade, nome",
    },
    {
      label: "without a title line, not repeating somebody's number",
      file: "+5561991112222;Ana\n",
      want: "no column holds the phone numbers: say which with ?to=; the columns are: (a number: is it no title line? ?header=false), Ana",
    },
    {
      label: "with two columns of one title",
      file: "to,valor,valor\n",
      want: "two columns have the same title; the columns are: to, valor, valor",
    },
    {
      label: "with hundreds of columns",
      file: Array.from({ length: 201 }, (_, index) => `c${index}`).join(","),
      want: "the first line has 201 columns; at most 200 are read",
    },
    {
      label: "with a quote that is never closed, saying where",
      file: 'to,nome\n+5561991112222,Ana\n+5561991113333,"Rui\n+5561991114444,Lia\n',
      want: "the record that begins after line 2 does not end: it has a quote that is never closed, or more than 65536 bytes",
    },
    {
      label: "with a line that does not end",
      file: `to,nome\n+5561991112222,Ana\n+5561991113333,${"x".repeat(70_000)}\n`,
      want: "the record that begins after line 2 does not end: it has a quote that is never closed, or more than 65536 bytes",
    },
  ])("$label", async ({ file, want }) => {
    const wrong = { code: "request_invalid", detail: want };
    await expect(read(file, {}, 1_000)).rejects.toMatchObject(wrong);
  });

  test("where a column that a caller names is missing", async () => {
    await expect(read("to,nome\n", { name: "cliente" })).rejects.toMatchObject({
      detail: "there is no column as ?name= names it; the columns are: to, nome",
    });
  });

  test("in another encoding than its own mark says", async () => {
    const file = Buffer.from("\uFEFFto,nome\n");
    await expect(read(file, { encoding: "windows-1252" })).rejects.toMatchObject({
      code: "request_malformed",
    });
  });
});

describe("the encoding", () => {
  const text = "telefone;município\r\n+5561991112222;São João\r\n";
  const latin = Buffer.from(text, "latin1");
  const wide = Buffer.from(`\uFEFF${text}`, "utf16le");
  const want = [{ line: "2", to: "5561991112222", município: "São João" }];

  test.each([
    { label: "UTF-8", bytes: Buffer.from(text), found: "utf-8" },
    { label: "UTF-8 with a mark", bytes: Buffer.from(`\uFEFF${text}`), found: "utf-8" },
    { label: "windows-1252, as Excel saves it", bytes: latin, found: "windows-1252" },
    { label: "UTF-16", bytes: wide, found: "utf-16le" },
    { label: "UTF-16, the other way round", bytes: Buffer.from(wide).swap16(), found: "utf-16be" },
  ])("$label is found, wherever the bytes are cut", async ({ bytes, found }) => {
    for (const size of [1, 2, 3, 5, 1_000]) {
      expect(await read(bytes, {}, size)).toEqual(want);
      const list = await openList(inPieces(bytes, size), AUTO);
      expect(await gathered(list.rows)).toHaveLength(1);
      expect(list.encoding()).toBe(found);
    }
  });

  test("is found where the first sign beyond ASCII comes late", async () => {
    const file = Buffer.concat([
      Buffer.from(`to;nome\n${"+5561991112222;Ana\n".repeat(9_000)}`),
      Buffer.from("+5561991113333;João\n", "latin1"),
    ]);
    expect((await read(file, {}, 10_000)).at(-1)).toMatchObject({ nome: "João" });
  });

  test.each<{ label: string; encoding: Encoding; bytes: Buffer }>([
    { label: "a wrong one that was asked for", encoding: "utf-8", bytes: latin },
    {
      label: "one sign of another",
      encoding: "auto",
      bytes: Buffer.concat([Buffer.from("to;município\n+5561991112222;"), Buffer.from([0xe3])]),
    },
  ])("$label makes the line wrong, never the text", async ({ encoding, bytes }) => {
    const lines = await read(bytes, { encoding }, 1_000);
    expect(lines.at(-1)).toContain("has signs that cannot be read");
  });

  test("of any text is UTF-8 or what was asked for, never another text", async () => {
    const encodings = fc.constantFrom<Encoding>("auto", "utf-8");
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", minLength: 1 }),
        encodings,
        async (value, encoding) => {
          const cell = `"${value.replaceAll('"', '""')}"`;
          const [row] = await read(`to,x\n+5561991112222,${cell}\n`, { encoding }, 3);
          const clean = value.replaceAll("\u0000", "").normalize("NFC").trim();
          expect(row).toEqual({ line: "2", to: "5561991112222", x: clean });
        },
      ),
    );
  });
});
