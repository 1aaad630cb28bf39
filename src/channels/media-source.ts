import type { Content } from "../messages.ts";
import type { HttpRequest, HttpResponse } from "../transport.ts";

/** A file that a message speaks of. */
export type MediaReference = Extract<Content, { readonly type: "media" }>;

/** How files are fetched from the provider. */
export interface MediaSource {
  /** Describes the call that fetches a file; undefined where the message does not say enough. */
  readonly request: (
    media: MediaReference,
    account: string,
    externalId: string,
  ) => HttpRequest | undefined;
  /**
   * Reads the answer to `request` where it is not the file itself: JSON that says where the file is or holds it.
   * Undefined: the answer is the file. Throws `channel_*`.
   */
  readonly locate?: (response: HttpResponse) => FileLocation | undefined;
  /** Finds a file that came in the webhook itself. */
  readonly inline?: (rawBody: Buffer, externalId: string) => Buffer | undefined;
  /** Hosts beside those of `endpoints` that are the provider's own and may be sent our credentials. */
  readonly trustedHosts?: readonly string[];
}

export type FileLocation =
  | { readonly kind: "at"; readonly request: HttpRequest }
  | { readonly kind: "bytes"; readonly bytes: Buffer };
