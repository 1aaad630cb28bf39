/** Text has no mark of its own, so these are believed where the bytes are text. None runs anywhere. */
const TEXT_TYPES = new Set([
  "text/plain",
  "text/csv",
  "text/tab-separated-values",
  "text/markdown",
  "text/vcard",
  "text/x-vcard",
  "text/calendar",
  "application/json",
]);

/** Office files of the old kind: their container says no more. Source: MS-CFB, compound file binary format. */
const COMPOUND_TYPES = new Set([
  "application/msword",
  "application/vnd.ms-excel",
  "application/vnd.ms-powerpoint",
  "application/vnd.ms-outlook",
]);

/** Programs that are text: only their name, or their first line, tells. */
const SCRIPT_NAME =
  /\.(bat|cmd|com|ps1|psm1|vb|vbs|vbe|js|jse|mjs|wsf|wsh|hta|sh|bash|command|reg|scr|lnk|url|desktop|jnlp)$/i;

/** Bytes looked at for marks of a page. */
const PAGE_WINDOW = 4_096;

const PAGE = /<(!doctype\s+html|html|head|body|script|iframe|object|embed|meta|base|form)[\s>/]/i;
/** Data may use the same words for its own elements. */
const PAGE_IN_XML = /<(?:[a-z]+:)?(?:html|script)[\s>/]/i;
const DRAWING = /<(?:[a-z]+:)?svg[\s>]/i;

const UNKNOWN_TYPE = "application/octet-stream";

/** What the provider and the person said of a file. */
export interface Declared {
  readonly mimeType?: string;
  readonly fileName?: string;
}

/**
 * Says what a file is, by its bytes; what was declared counts only for harmless kinds that bytes cannot tell. A page is
 * `text/html` and a script `text/x-script`, whatever they were called.
 */
export async function sniff(bytes: Uint8Array, declared: Declared): Promise<string> {
  // Loaded with the first file.
  const { fileTypeFromBuffer } = await import("file-type");
  const claimed = bareType(declared.mimeType);
  const found = bareType((await fileTypeFromBuffer(bytes))?.mime);
  if (found === "application/x-cfb") return COMPOUND_TYPES.has(claimed) ? claimed : found;
  if (found !== "" && found !== "application/xml") return found;
  const page = pageType(bytes, found === "" ? PAGE : PAGE_IN_XML);
  if (page !== undefined) return page;
  if (found !== "") return found;
  if (SCRIPT_NAME.test(declared.fileName ?? "") || startsWith(bytes, "#!")) return "text/x-script";
  return isText(bytes) && TEXT_TYPES.has(claimed) ? claimed : UNKNOWN_TYPE;
}

/** Whether a type is among those refused; `image/*` is every image. */
export function isRefused(mimeType: string, refused: readonly string[]): boolean {
  const family = `${mimeType.split("/")[0] ?? ""}/*`;
  return refused.includes(mimeType) || refused.includes(family);
}

/** A type in small letters and without its parameters (`audio/ogg; codecs=opus`); "" where there is none. */
export function bareType(mimeType: string | undefined): string {
  return (mimeType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

function pageType(bytes: Uint8Array, mark: RegExp): string | undefined {
  const start = Buffer.from(bytes.subarray(0, PAGE_WINDOW)).toString("latin1");
  // UTF-16 puts a NUL beside every letter of a mark.
  const text = start.replaceAll("\u0000", "");
  if (!/^[^<]{0,64}</.test(text)) return undefined;
  if (DRAWING.test(text)) return "image/svg+xml";
  return mark.test(text) ? "text/html" : undefined;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString("latin1") === text;
}

/** Text of whatever old encoding, but without the control characters that only binary files have. */
function isText(bytes: Uint8Array): boolean {
  return !bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}
