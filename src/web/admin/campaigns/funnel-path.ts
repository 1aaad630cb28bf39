/** Units of the drawing: a column's width, and its whole height. */
export const COLUMN = 100;
export const HEIGHT = 100;

/** Part of a column that is level; the rest leans to the next one. */
const LEVEL = 0.55;

/** Height of a step that somebody reached, however few. */
const THIN = 1.5;

const halfOf = (share: number): number =>
  share <= 0 ? 0 : Math.max(THIN, Math.min(1, share) * HEIGHT) / 2;

const round = (value: number): string => String(Math.round(value * 100) / 100);

/**
 * The shape of one step, as an SVG path: level over most of its column, then curving to the next one's height. Shares are of
 * everybody, 0 to 1; the last step stays level.
 */
export function stepPath(index: number, share: number, next: number | undefined): string {
  const middle = HEIGHT / 2;
  const [left, right] = [index * COLUMN, (index + 1) * COLUMN];
  const level = left + COLUMN * (next === undefined ? 1 : LEVEL);
  const bend = (level + right) / 2;
  const [half, after] = [halfOf(share), halfOf(next ?? share)];
  const at = (x: number, y: number) => `${round(x)} ${round(y)}`;
  return [
    `M${at(left, middle - half)}`,
    `L${at(level, middle - half)}`,
    `C${at(bend, middle - half)} ${at(bend, middle - after)} ${at(right, middle - after)}`,
    `L${at(right, middle + after)}`,
    `C${at(bend, middle + after)} ${at(bend, middle + half)} ${at(level, middle + half)}`,
    `L${at(left, middle + half)}`,
    "Z",
  ].join("");
}
