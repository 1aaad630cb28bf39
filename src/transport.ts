/** An outgoing HTTP call as data. `body` is the exact text to be sent, `bytes` what is sent where it is no text. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bytes?: Uint8Array;
}

/** A complete answer, whatever its status. Header names are lower case. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpOptions {
  /** Milliseconds until the whole call is given up. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Bytes of answer after which the call is given up. */
  readonly maxBytes?: number;
  /**
   * Refuses to connect to anything but a public address, whatever the name resolves to: for addresses that came from
   * outside. Such a call fails as "refused".
   */
  readonly publicOnly?: boolean;
  /** Tells the other side which trace the call is part of (W3C `traceparent`): for our operator's own systems only. */
  readonly tellsTrace?: boolean;
}

/** The one outgoing client. Resolves with any complete answer, throws `HttpFailure` otherwise; never retries. */
export type Http = (request: HttpRequest, options: HttpOptions) => Promise<HttpResponse>;

/** The same call with the answer's body as it arrives, for line-by-line protocols. */
export type HttpStream = (
  request: HttpRequest,
  options: HttpOptions,
) => Promise<Omit<HttpResponse, "body"> & { readonly chunks: AsyncIterable<Uint8Array> }>;

/**
 * No complete answer came. `delivered` says whether the other side may have acted on the request: "no" when the
 * connection was never made, "unknown" once bytes may have left (timeout, reset, cut answer, abort).
 */
export class HttpFailure extends Error {
  readonly reason: "refused" | "timeout" | "reset" | "aborted" | "too_large";
  readonly delivered: "no" | "unknown";

  constructor(
    reason: HttpFailure["reason"],
    delivered: HttpFailure["delivered"],
    options: { readonly cause?: unknown } = {},
  ) {
    super(`no complete HTTP answer: ${reason}`, options);
    this.name = "HttpFailure";
    this.reason = reason;
    this.delivered = delivered;
  }
}
