/** The delimiters that the server knows, by the names it takes. */
export const DELIMITERS = { comma: ",", semicolon: ";", tab: "\t", pipe: "|" } as const;

export type DelimiterName = keyof typeof DELIMITERS;

export const DELIMITER_NAMES = [
  "comma",
  "semicolon",
  "tab",
  "pipe",
] as const satisfies readonly DelimiterName[];

export const ENCODINGS = ["utf-8", "windows-1252", "utf-16le", "utf-16be"] as const;

export type Encoding = (typeof ENCODINGS)[number];

/** The beginning of a list as text. */
export interface Head {
  readonly text: string;
  readonly encoding: Encoding;
}

const MARKS: readonly { readonly encoding: Encoding; readonly bytes: readonly number[] }[] = [
  { encoding: "utf-8", bytes: [0xef, 0xbb, 0xbf] },
  { encoding: "utf-16le", bytes: [0xff, 0xfe] },
  { encoding: "utf-16be", bytes: [0xfe, 0xff] },
];

function isUtf8(bytes: Uint8Array, isWhole: boolean): boolean {
  try {
    // What is cut off at the end of the beginning is no mistake.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !isWhole });
    return true;
  } catch {
    return false;
  }
}

/** Finds the encoding as the server does: a mark says it, else it is UTF-8, else what Excel in Brazil writes. */
function findEncoding(bytes: Uint8Array, isWhole: boolean): Encoding {
  const marked = MARKS.find(({ bytes: mark }) => mark.every((byte, at) => bytes[at] === byte));
  return marked?.encoding ?? (isUtf8(bytes, isWhole) ? "utf-8" : "windows-1252");
}

/** Reads the beginning of a list as text; `isWhole` says that nothing follows. */
export function readHead(bytes: Uint8Array, wanted: Encoding | undefined, isWhole: boolean): Head {
  const encoding = wanted ?? findEncoding(bytes, isWhole);
  return { encoding, text: new TextDecoder(encoding).decode(bytes, { stream: !isWhole }) };
}

/** Whether a file is a workbook under another name: those are archives. */
export function isWorkbook(bytes: Uint8Array): boolean {
  const zip = [0x50, 0x4b, 0x03, 0x04];
  const old = [0xd0, 0xcf, 0x11, 0xe0];
  return [zip, old].some((mark) => mark.every((byte, at) => bytes[at] === byte));
}

/** Excel's own way to name the delimiter, above the table. */
const SEPARATOR_LINE = /^sep=(.)(?:\r\n|\n|\r)/i;

const bodyOf = (text: string): string => text.replace(SEPARATOR_LINE, "");

/** The delimiter that the file names, else the sign that parts most cells of its first line; the comma for one cell. */
export function findDelimiter(text: string): DelimiterName {
  const named = SEPARATOR_LINE.exec(text)?.[1];
  const known = DELIMITER_NAMES.find((name) => DELIMITERS[name] === named);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  let isQuoted = false;
  for (const sign of text.trimStart()) {
    if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (sign === "\n" || sign === "\r")) break;
    else if (!isQuoted) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  }
  const of = (name: DelimiterName) => counts.get(DELIMITERS[name]) ?? 0;
  return DELIMITER_NAMES.reduce<DelimiterName>(
    (best, name) => (of(name) > of(best) ? name : best),
    "comma",
  );
}

/** Reads the first records of a table; `isWhole` says that the text does not break off, so that its last record counts. */
export function readRecords(
  text: string,
  delimiter: DelimiterName,
  most: number,
  isWhole: boolean,
): readonly (readonly string[])[] {
  const sign = DELIMITERS[delimiter];
  const body = bodyOf(text);
  const records: string[][] = [];
  let cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  let index = 0;
  const endRecord = () => {
    const record = [...cells, cell];
    if (record.some((one) => one !== "")) records.push(record);
    [cells, cell] = [[], ""];
  };
  for (; index < body.length && records.length < most; index += 1) {
    const letter = body[index] ?? "";
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (body[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else isQuoted = false;
    } else if (letter === '"' && cell === "") isQuoted = true;
    else if (letter === sign) {
      cells.push(cell);
      cell = "";
    } else if (letter === "\n" || letter === "\r") endRecord();
    else cell += letter;
  }
  if (isWhole && records.length < most) endRecord();
  return records;
}
