import { withCorrelation } from "./log.ts";
import { outsideTraces } from "./trace.ts";

/**
 * Runs work that belongs to nobody, such as a loop that a request happened to start, or a statement for many of them: outside the
 * request's trace, and without its id in the log lines.
 */
export const apart = <Result>(work: () => Result): Result =>
  outsideTraces(() => withCorrelation(undefined, work));
