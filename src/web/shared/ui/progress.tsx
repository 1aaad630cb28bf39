import { formatShare } from "../format.ts";

interface ProgressProps {
  readonly label: string;
  readonly value: number;
  /** Undefined while nobody knows how much there is. */
  readonly max: number | undefined;
}

/** How far something is. */
export function Progress({ label, value, max }: ProgressProps) {
  const share = max === undefined || max === 0 ? undefined : Math.min(1, value / max);
  return (
    <div class="progress">
      <progress aria-label={label} max={1} {...(share !== undefined && { value: share })} />
      {share !== undefined && <span>{formatShare(share)}</span>}
    </div>
  );
}
