/** What the stand-in does with one send instead of, or beside, taking it. */
export type SmsFault =
  /** Nothing: the send goes the usual way. Spaces out the others. */
  | { readonly kind: "none" }
  /** Refuses the whole call. */
  | {
      readonly kind: "raw";
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Answers 202 and refuses the recipient. */
  | { readonly kind: "item"; readonly status: number; readonly message: string }
  /** Never answers; `taken` says whether the message goes out all the same. */
  | { readonly kind: "hang"; readonly taken: boolean }
  /** Cuts the connection; `taken` says whether the message goes out all the same. */
  | { readonly kind: "reset"; readonly taken: boolean }
  /** Takes the message and reports it with this code afterwards. */
  | { readonly kind: "report"; readonly code: string };
