import type { Query } from "../../../shared/address.ts";
import type { DelimiterName, Encoding } from "./csv-head.ts";

/** The list as somebody brings it, and how they want it read; "" and undefined are found out. */
export interface ListForm {
  readonly source: "file" | "paste";
  readonly file: File | undefined;
  readonly pasted: string;
  readonly delimiter: DelimiterName | undefined;
  readonly encoding: Encoding | undefined;
  readonly hasHeader: boolean;
  readonly to: string;
  readonly name: string;
  readonly language: string;
  /** Of numbers without a country code; "" where all have one. */
  readonly country: string;
}

export const EMPTY_LIST: ListForm = {
  source: "file",
  file: undefined,
  pasted: "",
  delimiter: undefined,
  encoding: undefined,
  hasHeader: true,
  to: "",
  name: "",
  language: "",
  country: "BR",
};

/** What is to be read; undefined where nothing was brought yet. A large file stays where it is until it is sent. */
export function blobOf({ source, file, pasted }: ListForm): Blob | undefined {
  if (source === "file") return file;
  return pasted.trim() === "" ? undefined : new Blob([pasted]);
}

/** How the server is to read it. */
export function importQuery(form: ListForm): Query {
  const { delimiter, source, hasHeader, to, name, language, country } = form;
  return {
    format: "csv",
    delimiter,
    // What was pasted is text already.
    encoding: source === "paste" ? "utf-8" : form.encoding,
    ...(!hasHeader && { header: false }),
    to,
    name,
    language,
    country,
  };
}

/** Which list this is and how it is to be read, for what was learned of it. */
export function listKey(form: ListForm): string {
  const { file, ...rest } = form;
  const named = file === undefined ? "" : `${file.name} ${file.size} ${file.lastModified}`;
  return JSON.stringify([named, rest]);
}
