import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { fileNameFor } from "../../src/media/file-name.ts";

test.each([
  { label: "a plain name stays", name: "boleto.pdf", want: "boleto.pdf" },
  {
    label: "letters of any script stay",
    name: "Relatório março – 報告.pdf",
    want: "Relatório março _ 報告.pdf",
  },
  { label: "folders go", name: "../../etc/passwd.pdf", want: "passwd.pdf" },
  { label: "Windows folders go", name: "C:\\temp\\a.pdf", want: "a.pdf" },
  { label: "two dots are no way up", name: "..pdf", want: "pdf.pdf" },
  { label: "NUL and line ends go", name: "a\u0000b\r\nc.pdf", want: "abc.pdf" },
  {
    label: "a mark that turns the reading direction goes",
    name: "ann\u202efdp.exe",
    want: "annfdp_exe.pdf",
  },
  { label: "emoji and quotes become lines", name: "😀\"x;y'.pdf", want: "__x_y_.pdf" },
  { label: "half a character goes", name: "a\ud800b.pdf", want: "a_b.pdf" },
  { label: "a hidden name is shown", name: ".bashrc.pdf", want: "bashrc.pdf" },
  { label: "no name", name: undefined, want: "file.pdf" },
  { label: "an empty name", name: "", want: "file.pdf" },
  { label: "only dots and spaces", name: " .. . ", want: "file.pdf" },
  { label: "another ending is not believed", name: "photo.exe", want: "photo_exe.pdf" },
  { label: "an ending in capitals is right", name: "A.PDF", want: "A.PDF" },
  { label: "no ending gets one", name: "boleto", want: "boleto.pdf" },
  {
    label: "a long name keeps its ending",
    name: `${"a".repeat(300)}.pdf`,
    want: `${"a".repeat(80)}.pdf`,
  },
  {
    label: "a letter is not cut in two",
    name: `${"a".repeat(79)}𐐀.pdf`,
    want: `${"a".repeat(79)}.pdf`,
  },
])("$label", ({ name, want }) => {
  expect(fileNameFor(name, "application/pdf")).toBe(want);
});

test.each([
  { mimeType: "image/jpeg", name: "foto.jpeg", want: "foto.jpeg" },
  { mimeType: "audio/ogg", name: undefined, want: "file.ogg" },
  { mimeType: "application/octet-stream", name: "data.xyz", want: "data.xyz" },
  { mimeType: "application/octet-stream", name: undefined, want: "file" },
])("$mimeType called $name is $want", ({ mimeType, name, want }) => {
  expect(fileNameFor(name, mimeType)).toBe(want);
});

test("any name becomes one that is safe, and the same again", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.constantFrom("application/pdf", "x/y"),
      (name, type) => {
        const safe = fileNameFor(name, type);
        expect(safe).toMatch(/^[\p{L}\p{N}\p{M}_-][\p{L}\p{N}\p{M}._ -]{0,99}$/u);
        expect(safe).not.toContain("..");
        expect(encodeURIComponent(safe)).not.toBe("");
        expect(fileNameFor(safe, type)).toBe(safe);
      },
    ),
  );
});
