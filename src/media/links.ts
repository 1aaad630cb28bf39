import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { fileNameFor } from "./file-name.ts";

/** A file as a link speaks of it. */
export interface LinkedFile {
  readonly id: string;
  readonly mimeType: string;
  /** As the person's phone called it. */
  readonly fileName?: string;
}

/** What a link carries, as it comes back. */
export interface LinkParts {
  readonly id: string;
  readonly name: string;
  readonly expires: unknown;
  readonly signature: unknown;
}

export interface Links {
  /** The address of a file, without the server's: works for anybody who has it, until it expires. */
  readonly pathTo: (file: LinkedFile) => string;
  /** Whether we made a link and it still works. */
  readonly isValid: (parts: LinkParts) => boolean;
}

export interface LinkOptions {
  /** The admin key or a key for this alone; what signs is derived from it. */
  readonly secret: string;
  readonly ttlMs: number;
  readonly now: () => Date;
}

/** Builds the making and checking of links to files. */
export function createLinks({ secret, ttlMs, now }: LinkOptions): Links {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "links to files, version 1", 32));
  const sign = (id: string, name: string, expires: string): string =>
    createHmac("sha256", key).update(`${id}\n${name}\n${expires}`).digest("base64url");
  return {
    pathTo: ({ id, mimeType, fileName }) => {
      const name = fileNameFor(fileName, mimeType);
      const expires = String(Math.floor((now().getTime() + ttlMs) / 1000));
      const signature = sign(id, name, expires);
      return `/files/${id}/${encodeURIComponent(name)}?expires=${expires}&signature=${signature}`;
    },
    isValid: ({ id, name, expires, signature }) => {
      if (typeof expires !== "string" || typeof signature !== "string") return false;
      // As text: several texts decode to the same bytes, and a link has one spelling.
      const given = Buffer.from(signature);
      const wanted = Buffer.from(sign(id, name, expires));
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return false;
      return Number(expires) * 1000 > now().getTime();
    },
  };
}
