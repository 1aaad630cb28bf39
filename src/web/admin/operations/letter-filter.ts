import type { DeadLetter } from "./types.ts";

export const KINDS = [
  "inbound",
  "outbound",
  "webhook",
] as const satisfies readonly DeadLetter["kind"][];

/** Which dead letters are meant, as the API takes it. */
export interface LetterFilter {
  readonly kind?: DeadLetter["kind"];
  readonly channel?: string;
  readonly reason?: string;
  readonly code?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Reads the filter of an address; what the API would refuse is left out. */
export function readFilter(
  values: URLSearchParams,
  period: Pick<LetterFilter, "since" | "until">,
): LetterFilter {
  const kind = KINDS.find((known) => known === values.get("kind"));
  const word = (name: "channel" | "reason" | "code") => {
    const value = values.get(name) ?? "";
    return value === "" ? {} : { [name]: value };
  };
  return {
    ...(kind !== undefined && { kind }),
    ...word("channel"),
    ...word("reason"),
    ...word("code"),
    ...period,
  };
}

/** All that match a filter at a moment: what dies later is not among what somebody decides on. */
export function upTo(filter: LetterFilter, now: number): LetterFilter {
  const end = new Date(now).toISOString();
  return {
    ...filter,
    until: filter.until !== undefined && filter.until < end ? filter.until : end,
  };
}
