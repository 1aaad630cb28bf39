import { appendFileSync } from "node:fs";

/** What was set upon a control, and what came of it: a row of `docs/proof/security.md` is made of these. */
export interface Figures {
  /** The control's number, such as `S6`. */
  readonly control: string;
  /** What was tried, with its count. */
  readonly tried: string;
  /** What came of it, with its count. */
  readonly came: string;
}

/** Hands figures to the run that writes the document; where nobody collects them, nothing happens. */
export function tellFigures(figures: Figures): void {
  const file = process.env["SECURITY_FIGURES"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figures)}\n`);
}
