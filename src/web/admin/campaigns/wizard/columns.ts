/** Titles by what they mean, folded; the server knows the same, earlier ones win. Source: its reading of columns. */
const KNOWN = {
  to: words(
    "to telefone phone celular whatsapp numero phonenumber numerotelefone numerodetelefone telefonecelular fone tel mobile",
    "mobilephone cellphone msisdn waid number telefono movil destinatario recipient contato contact contacto",
  ),
  name: words("name nome nombre nomecompleto fullname nombrecompleto cliente"),
  language: words("language idioma lingua lang locale"),
};

export type ColumnKey = keyof typeof KNOWN;

function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(" "));
}

/** A title without accents, case and signs. */
function fold(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** The titles of a list: those of its first line, or numbers from 1. */
export function titlesOf(first: readonly string[], hasHeader: boolean): readonly string[] {
  return hasHeader
    ? first.map((cell) => cell.normalize("NFC").trim())
    : first.map((_cell, index) => String(index + 1));
}

/** The column that the server would take where nobody says which. */
export function guessColumn(
  titles: readonly string[],
  key: ColumnKey,
  hasHeader: boolean,
): string | undefined {
  if (!hasHeader) return key === "to" ? titles[0] : undefined;
  const folded = titles.map(fold);
  const index = KNOWN[key].map((title) => folded.indexOf(title)).find((at) => at >= 0);
  return index === undefined ? undefined : titles[index];
}

/** The column whose title is a variable's name, but for case, accents and signs. */
export function columnFor(variable: string, titles: readonly string[]): string | undefined {
  return titles.find((title) => fold(title) === fold(variable) && fold(variable) !== "");
}
