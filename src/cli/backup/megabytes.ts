import type { Progress } from "../progress.ts";

/** Shows bytes as megabytes: nobody reads nine digits. */
export const inMegabytes =
  (bar: Progress) =>
  (done: number, total: number): void =>
    bar.update(Math.round(done / 1e6), Math.max(1, Math.round(total / 1e6)));
