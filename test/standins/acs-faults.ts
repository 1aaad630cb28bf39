/** What the stand-in does with one valid send instead of, or beside, taking it. */
export type AcsFault =
  /** Nothing: the send goes the usual way. */
  | { readonly kind: "none" }
  /** Refuses with an error in the provider's shape. */
  | {
      readonly kind: "error";
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Refuses with any body: a proxy's page, an empty 500. */
  | {
      readonly kind: "raw";
      readonly status: number;
      readonly body: string;
      readonly contentType?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Never answers; `taken` says whether the message goes out all the same. */
  | { readonly kind: "hang"; readonly taken: boolean }
  /** Cuts the connection; `taken` says whether the message goes out all the same. */
  | { readonly kind: "reset"; readonly taken: boolean }
  /** Takes the message and answers after `ms` milliseconds. */
  | { readonly kind: "slow"; readonly ms: number }
  /** Takes the message and answers 202 with JSON that is cut off. */
  | { readonly kind: "broken_json" }
  /** Says that it no longer knows the repeated request. */
  | { readonly kind: "rejected" }
  /** Takes the message and reports it as failed afterwards, with WhatsApp's own code. */
  | { readonly kind: "fail_later"; readonly code: string }
  /** Takes the message and delivers its statuses before it answers. */
  | { readonly kind: "statuses_first" };
