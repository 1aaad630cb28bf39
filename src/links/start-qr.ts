import { renderSVG, renderUnicodeCompact } from "uqr";

/** A link as a picture that phones read. */
export interface StartQr {
  readonly svg: string;
  /** For a terminal. */
  readonly text: string;
}

/** Makes the picture of a link, with enough spare parts to be read from a worn print. */
export function startQr(url: string): StartQr {
  const options = { ecc: "M", border: 2 } as const;
  return { svg: renderSVG(url, options), text: renderUnicodeCompact(url, options) };
}
