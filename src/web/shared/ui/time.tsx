import { formatDateTime, formatRelative } from "../format.ts";
import { now } from "./now.ts";

/** A moment, as how long ago it was; the exact time on demand. */
export function Ago({ at }: { readonly at: string | null }) {
  if (at === null) return <span>–</span>;
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatRelative(at, now.value)}
    </time>
  );
}
