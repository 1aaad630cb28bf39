/** Where `"apikey"` and `"api_key"` begin; a quote within a JSON text is escaped, so neither is found in one. */
const KEY_NAMES = ['"apikey"', '"api_key"', '"destination"'] as const;

/** What stands between such a name and a value that is a text. */
const TEXT_VALUE = /^\s*:\s*"/;

/** Bytes after a name in which its value begins. */
const LONGEST_GAP = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

interface Cut {
  readonly from: number;
  readonly to: number;
}

/**
 * Takes the keys out of a webhook: Evolution API repeats the instance token in it, which on Meta's own API is the access token
 * of the account, and our address, which may hold our secret. Works on the bytes, so that a file of many megabytes beside
 * them is copied and nothing else. Undefined where there is none.
 */
export function withoutKeys(rawBody: Buffer): Buffer | undefined {
  const cuts = KEY_NAMES.flatMap((name) => findValues(rawBody, name)).toSorted(
    (one, other) => one.from - other.from,
  );
  if (cuts.length === 0) return undefined;
  const parts: Buffer[] = [];
  let from = 0;
  for (const cut of cuts) {
    parts.push(rawBody.subarray(from, cut.from), Buffer.from("null"));
    from = cut.to;
  }
  return Buffer.concat([...parts, rawBody.subarray(from)]);
}

function findValues(rawBody: Buffer, name: string): Cut[] {
  const cuts: Cut[] = [];
  let at = rawBody.indexOf(name);
  while (at !== -1) {
    const start = at + name.length;
    // One byte is one character here, so that places in the text are places in the body.
    const gap = TEXT_VALUE.exec(rawBody.toString("latin1", start, start + LONGEST_GAP))?.[0].length;
    if (gap !== undefined)
      cuts.push({ from: start + gap - 1, to: endOfText(rawBody, start + gap) });
    at = rawBody.indexOf(name, start);
  }
  return cuts;
}

/** Finds the end of a text that begins at `start`, its closing quote included. */
function endOfText(rawBody: Buffer, start: number): number {
  let at = start;
  while (at < rawBody.length && rawBody[at] !== QUOTE) at += rawBody[at] === BACKSLASH ? 2 : 1;
  return Math.min(at + 1, rawBody.length);
}
