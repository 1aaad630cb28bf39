/** Longest name handed on, in UTF-16 units. */
const MAX_LENGTH = 80;

/** Endings of the kinds of file that people send, the usual one first. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  "image/jpeg": ["jpg", "jpeg"],
  "image/png": ["png"],
  "image/webp": ["webp"],
  "image/gif": ["gif"],
  "image/heic": ["heic"],
  "video/mp4": ["mp4"],
  "video/3gpp": ["3gp"],
  "video/quicktime": ["mov"],
  "audio/ogg": ["ogg", "oga", "opus"],
  "audio/mpeg": ["mp3"],
  "audio/mp4": ["m4a"],
  "audio/x-m4a": ["m4a"],
  "audio/aac": ["aac"],
  "audio/amr": ["amr"],
  "audio/wav": ["wav"],
  "application/pdf": ["pdf"],
  "application/zip": ["zip"],
  "application/msword": ["doc"],
  "application/vnd.ms-excel": ["xls"],
  "application/vnd.ms-powerpoint": ["ppt"],
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ["docx"],
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ["xlsx"],
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": ["pptx"],
  "text/plain": ["txt", "log", "md"],
  "text/csv": ["csv"],
  "text/vcard": ["vcf"],
  "text/calendar": ["ics"],
  "application/json": ["json"],
};

/**
 * Makes a name safe for a path, a header and a disk: letters, digits and `._ -` alone, so no folders, control characters
 * or marks that turn the reading direction; and with the ending that its bytes deserve, so that `photo.exe` is none.
 */
export function fileNameFor(given: string | undefined, mimeType: string): string {
  const base = (given ?? "").toWellFormed().normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const safe = base
    .replaceAll(/\p{C}/gu, "")
    .replaceAll(/[^\p{L}\p{N}\p{M}._ -]/gu, "_")
    .replaceAll(/\.{2,}/g, ".");
  const endings = ENDINGS[mimeType] ?? [];
  const dot = safe.lastIndexOf(".");
  const hasEnding = dot > 0 && /^[A-Za-z0-9]{1,8}$/.test(safe.slice(dot + 1));
  const ending = hasEnding ? safe.slice(dot + 1) : "";
  const stem = trimmed(hasEnding ? safe.slice(0, dot) : safe) || "file";
  const isRight = endings.length === 0 || endings.includes(ending.toLowerCase());
  if (isRight) return ending === "" ? stem : `${stem}.${ending}`;
  return `${stem}${ending === "" ? "" : `_${ending}`}.${endings[0] ?? "bin"}`;
}

/** Windows drops dots and spaces at the end of a name, and a name that begins with a dot is hidden elsewhere. */
function trimmed(stem: string): string {
  const cut = stem.slice(0, MAX_LENGTH).toWellFormed().replaceAll("\ufffd", "");
  return cut.replace(/^[. ]+/, "").replace(/[. ]+$/, "");
}
