/** What the stand-in does with one send instead of, or beside, taking it. */
export type GraphFault =
  /** Nothing: the send goes the usual way. Spaces out the others. */
  | { readonly kind: "none" }
  /** Refuses with an error in the provider's shape. */
  | {
      readonly kind: "error";
      readonly status: number;
      readonly code: number;
      readonly message?: string;
      readonly details?: string;
    }
  /** Refuses with any body: a proxy's page, an empty 500, a 429 without explanation. */
  | {
      readonly kind: "raw";
      readonly status: number;
      readonly body: string;
      readonly contentType?: string;
      /** Headers beside it, such as `retry-after`. */
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Never answers; `taken` says whether the message goes out all the same. */
  | { readonly kind: "hang"; readonly taken: boolean }
  /** Cuts the connection; `taken` says whether the message goes out all the same. */
  | { readonly kind: "reset"; readonly taken: boolean }
  /** Takes the message and answers after `ms` milliseconds. */
  | { readonly kind: "slow"; readonly ms: number }
  /** Takes the message and answers 200 with JSON that is cut off. */
  | { readonly kind: "broken_json" }
  /** Takes the message and reports it as failed afterwards. */
  | { readonly kind: "fail_later"; readonly code: number }
  /** Takes the message and delivers its statuses before it answers. */
  | { readonly kind: "statuses_first" };

/** The page of a proxy whose server is gone. */
export const HTML_502: GraphFault = {
  kind: "raw",
  status: 502,
  body: "<html><head><title>502 Bad Gateway</title></head></html>",
  contentType: "text/html",
};

/** Too many calls, as an edge server says it: without a body. */
export const EMPTY_429: GraphFault = { kind: "raw", status: 429, body: "" };

/** A list of faults, one for each send in order of arrival. */
export interface FaultScript {
  readonly add: (faults: readonly GraphFault[]) => void;
  /** The fault of the next send. */
  readonly take: () => GraphFault;
  readonly unused: () => readonly GraphFault[];
}

export function createScript(): FaultScript {
  const faults: GraphFault[] = [];
  return {
    add: (more) => faults.push(...more),
    take: () => faults.shift() ?? { kind: "none" },
    unused: () => [...faults],
  };
}
