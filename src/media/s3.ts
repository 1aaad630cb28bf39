import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { BridgeError } from "../errors.ts";
import { HttpFailure } from "../transport.ts";
import type { Http, HttpRequest, HttpStream } from "../transport.ts";
import { checkedKey, type MediaStore } from "./store.ts";

export interface S3Settings {
  /** Without a slash at its end; the bucket becomes the first part of the path. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3Tools {
  readonly http: Http;
  readonly stream: HttpStream;
  readonly now: () => Date;
}

/** Milliseconds for keeping or removing a file, and for reading one: a slow reader sets the pace. */
const WRITE_TIMEOUT_MS = 60_000;
const READ_TIMEOUT_MS = 600_000;

/** Builds the store that keeps files in a bucket of S3 or of a server that speaks its language. */
export function createS3Store(settings: S3Settings, tools: S3Tools): MediaStore {
  const sign = (request: HttpRequest) => signed(request, settings, tools.now());
  const urlOf = (key: string) => `${settings.endpoint}/${settings.bucket}/${checkedKey(key)}`;
  return {
    put: async (key, bytes, mimeType) => {
      const headers = { "content-type": mimeType };
      const request = await sign({ method: "PUT", url: urlOf(key), headers, bytes });
      const { status } = await call(tools.http(request, { timeoutMs: WRITE_TIMEOUT_MS }));
      if (status !== 200) throw refused(status);
    },
    open: async (key) => {
      const request = await sign({ method: "GET", url: urlOf(key), headers: {} });
      const limits = { timeoutMs: READ_TIMEOUT_MS, maxBytes: Infinity };
      const { status, headers, chunks } = await call(tools.stream(request, limits));
      const reading = chunks[Symbol.asyncIterator]();
      const first = await call(reading.next());
      if (status === 200) return { sizeBytes: lengthOf(headers), chunks: resumed(first, reading) };
      await reading.return?.();
      if (status === 404) return undefined;
      throw refused(status);
    },
    remove: async (key) => {
      const request = await sign({ method: "DELETE", url: urlOf(key), headers: {} });
      const { status } = await call(tools.http(request, { timeoutMs: WRITE_TIMEOUT_MS }));
      if (status !== 204 && status !== 200 && status !== 404) throw refused(status);
    },
    // An interrupted upload leaves nothing behind: an object appears whole or not at all.
    tidy: async () => undefined,
  };
}

/** Adds the signature, over the body's hash too. Source: AWS Signature Version 4, signing requests. */
async function signed(request: HttpRequest, settings: S3Settings, now: Date): Promise<HttpRequest> {
  const { region, accessKeyId, secretAccessKey } = settings;
  const hash = createHash("sha256")
    .update(request.bytes ?? "")
    .digest("hex");
  const signer = new AwsV4Signer({
    method: request.method,
    url: request.url,
    headers: { "x-amz-content-sha256": hash },
    accessKeyId,
    secretAccessKey,
    region,
    service: "s3",
    datetime: now.toISOString().replace(/[:-]|\.\d{3}/g, ""),
  });
  const { headers } = await signer.sign();
  return {
    ...request,
    // A file comes back as it was kept: whatever lies between must not pack it.
    headers: { ...request.headers, ...Object.fromEntries(headers), "accept-encoding": "identity" },
  };
}

async function call<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (thrown) {
    throw unreachable(thrown);
  }
}

/** Goes on with an answer whose first piece was read: ended from then on, its connection is closed at once. */
function resumed(
  first: IteratorResult<Uint8Array, unknown>,
  reading: AsyncIterator<Uint8Array, unknown>,
): AsyncIterable<Uint8Array> {
  let waiting: typeof first | undefined = first;
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const step = waiting ?? (await call(reading.next()));
        waiting = undefined;
        return step;
      },
      return: async () => {
        await reading.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}

function unreachable(thrown: unknown): unknown {
  if (!(thrown instanceof HttpFailure)) return thrown;
  const detail = `the bucket does not answer: ${thrown.reason}`;
  return new BridgeError("store_unavailable", detail, { cause: thrown });
}

function refused(status: number): BridgeError {
  return new BridgeError("store_unavailable", `the bucket answered ${String(status)}`);
}

function lengthOf(headers: Readonly<Record<string, string>>): number | undefined {
  const length = headers["content-length"];
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}
