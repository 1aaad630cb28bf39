import { LINK } from "./limits.ts";

/** A button that opens an address. */
export interface Link {
  readonly title: string;
  readonly url: string;
}

/** Tells whether WhatsApp can open or fetch an address: http or https, absolute, of bearable length. */
export function isWebAddress(address: string): boolean {
  return /^https?:\/\/\S+$/i.test(address) && address.length <= LINK && URL.canParse(address);
}

/** The file name at the end of an address, decoded; undefined where it names no file with an extension. */
export function fileNameOf(address: string): string | undefined {
  const last = URL.parse(address)?.pathname.split("/").at(-1) ?? "";
  const name = decodePath(last);
  return /\.[a-z\d]{1,8}$/i.test(name) ? name : undefined;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
