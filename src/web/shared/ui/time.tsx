import { formatDateTime, formatRelative } from "../format.ts";
import { now } from "./now.ts";

/** The page's clock goes in steps: what is ahead of it by less than one has just been. */
const CLOCK_STEP_MS = 15_000;

function clockFor(at: string): number {
  const ahead = Date.parse(at) - now.value;
  return ahead > 0 && ahead <= CLOCK_STEP_MS ? now.value + ahead : now.value;
}

/** A moment, as how long ago it was; the exact time on demand. */
export function Ago({ at }: { readonly at: string | null }) {
  if (at === null) return <span>–</span>;
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatRelative(at, clockFor(at))}
    </time>
  );
}
