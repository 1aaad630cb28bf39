import { BridgeError } from "../../errors.ts";

/** Which column is what, as a caller says it: titles, or numbers from 1 where the table has no title line. */
export interface ColumnChoice {
  readonly to?: string | undefined;
  readonly name?: string | undefined;
  readonly language?: string | undefined;
  /** Whether the first record is a title line. */
  readonly header: boolean;
}

/** Which cell of a record is what. */
export interface ColumnMap {
  readonly to: number;
  readonly name: number | undefined;
  readonly language: number | undefined;
  /** Every titled column but the number's, by its title: the values of the message's placeholders. */
  readonly params: readonly { readonly index: number; readonly title: string }[];
  /** How many cells a record has. */
  readonly width: number;
  readonly titles: readonly string[];
}

/** Columns of one table; more are a sign of a wrong delimiter. */
const MAX_COLUMNS = 200;

/** Titles by what they mean, folded, in Portuguese, English and Spanish; earlier ones win. */
const KNOWN = {
  to: words(
    "to telefone phone celular whatsapp numero phonenumber numerotelefone numerodetelefone telefonecelular fone tel mobile",
    "mobilephone cellphone msisdn waid number telefono movil destinatario recipient contato contact contacto",
  ),
  name: words("name nome nombre nomecompleto fullname nombrecompleto cliente"),
  language: words("language idioma lingua lang locale"),
};

function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(" "));
}

/** A title without accents, case and signs. */
function fold(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/**
 * Finds the columns in the first record. Throws `request_invalid` naming the titles there are, where one that was asked for
 * is missing or two are the same.
 */
export function mapColumns(first: readonly string[], choice: ColumnChoice): ColumnMap {
  const titles = choice.header
    ? first.map((cell) => cell.replaceAll("\u0000", "").normalize("NFC").trim())
    : first.map((_cell, index) => `${index + 1}`);
  if (titles.length > MAX_COLUMNS)
    refuse(`the first line has ${titles.length} columns; at most ${MAX_COLUMNS} are read`);
  refuseTwice(titles);
  const chosen = (key: "to" | "name" | "language") => {
    const wanted = choice[key];
    if (wanted !== undefined) return named(titles, wanted, key);
    return choice.header ? known(titles, key) : undefined;
  };
  const to = chosen("to") ?? (choice.header ? undefined : 0);
  if (to === undefined)
    refuse(`no column holds the phone numbers: say which with ?to=; ${listed(titles)}`);
  return {
    to,
    name: chosen("name"),
    language: chosen("language"),
    params: titles.flatMap((title, index) =>
      index === to || title === "" || title === "__proto__" ? [] : [{ index, title }],
    ),
    width: titles.length,
    titles,
  };
}

function named(titles: readonly string[], wanted: string, key: string): number {
  const exact = titles.indexOf(wanted.normalize("NFC").trim());
  const index = exact >= 0 ? exact : titles.findIndex((title) => fold(title) === fold(wanted));
  if (index < 0) refuse(`there is no column as ?${key}= names it; ${listed(titles)}`);
  return index;
}

function known(titles: readonly string[], key: keyof typeof KNOWN): number | undefined {
  const folded = titles.map(fold);
  return KNOWN[key].map((title) => folded.indexOf(title)).find((index) => index >= 0);
}

/** Two columns with one title would be one placeholder with two values. */
function refuseTwice(titles: readonly string[]): void {
  const twice = titles.find((title, index) => title !== "" && titles.indexOf(title) !== index);
  if (twice !== undefined) refuse(`two columns have the same title; ${listed(titles)}`);
}

/** Characters of a title that are shown. */
const SHOWN = 60;

/** The titles, for a caller who gave the table; a first line that is no title line holds somebody's number. */
function listed(titles: readonly string[]): string {
  const shown = titles.map((title) =>
    /\d{5}/.test(title.replace(/\D/g, ""))
      ? "(a number: is it no title line? ?header=false)"
      : title,
  );
  return `the columns are: ${shown.map((title) => title.slice(0, SHOWN)).join(", ")}`;
}

function refuse(detail: string): never {
  throw new BridgeError("request_invalid", detail);
}
