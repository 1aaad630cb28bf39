import { useEffect, useState } from "preact/hooks";
import {
  type DelimiterName,
  type Encoding,
  findDelimiter,
  isWorkbook,
  readHead,
  readRecords,
} from "./csv-head.ts";
import { guessColumn, titlesOf } from "./columns.ts";
import { blobOf, type ListForm, listKey } from "./list-form.ts";

/** Bytes looked at here: enough for the first lines, whatever the size of the file. */
const HEAD_BYTES = 65_536;

/** Lines shown as they are read. */
const ROWS = 6;

/** What the beginning of a list shows. The server's reading is the truth; this is what the form is drawn from. */
export interface ListHead {
  readonly delimiter: DelimiterName;
  readonly encoding: Encoding;
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Titles that the server would take where nobody says others. */
  readonly guessed: {
    readonly to: string | undefined;
    readonly name: string | undefined;
    readonly language: string | undefined;
  };
}

export type HeadFault = "file_empty" | "file_unreadable" | "file_excel";

export type HeadResult =
  | { readonly kind: "none" }
  | { readonly kind: "reading" }
  | { readonly kind: "fault"; readonly fault: HeadFault }
  | { readonly kind: "head"; readonly head: ListHead };

/** Reads the beginning of a list. Throws where the file is not there any more. */
export async function lookAt(blob: Blob, form: ListForm): Promise<HeadResult> {
  const bytes = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
  if (isWorkbook(bytes)) return { kind: "fault", fault: "file_excel" };
  const isWhole = blob.size <= HEAD_BYTES;
  const wanted = form.source === "paste" ? "utf-8" : form.encoding;
  const { text, encoding } = readHead(bytes, wanted, isWhole);
  const delimiter = form.delimiter ?? findDelimiter(text);
  const records = readRecords(text, delimiter, ROWS + 1, isWhole);
  const [first] = records;
  if (first === undefined) return { kind: "fault", fault: "file_empty" };
  const titles = titlesOf(first, form.hasHeader);
  const guess = (key: "to" | "name" | "language") => guessColumn(titles, key, form.hasHeader);
  return {
    kind: "head",
    head: {
      delimiter,
      encoding,
      titles,
      rows: form.hasHeader ? records.slice(1) : records.slice(0, ROWS),
      guessed: { to: guess("to"), name: guess("name"), language: guess("language") },
    },
  };
}

/** Looks at the beginning of a list whenever it, or how it is to be read, changes. */
export function useListHead(form: ListForm): HeadResult {
  const key = listKey(form);
  const [known, setKnown] = useState<{ readonly key: string; readonly result: HeadResult }>();
  useEffect(() => {
    const blob = blobOf(form);
    if (blob === undefined) return undefined;
    let isOver = false;
    const look = async () => {
      const unreadable = (): HeadResult => ({ kind: "fault", fault: "file_unreadable" });
      const result = await lookAt(blob, form).catch(unreadable);
      if (!isOver) setKnown({ key, result });
    };
    void look();
    return () => {
      isOver = true;
    };
  }, [key]);
  if (blobOf(form) === undefined) return { kind: "none" };
  if (known === undefined) return { kind: "reading" };
  // Until the new look is done the old one stays: nothing jumps while somebody types.
  return known.result;
}
