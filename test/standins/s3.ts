import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { type S3Account, type S3Refusal, refusalOf } from "./s3-signature.ts";
import { listen, stopListening } from "./listen.ts";

export const S3_BUCKET = "ponte-files";
export const S3_ACCOUNT: S3Account = {
  accessKeyId: "AKIAIOSTANDIN0000001",
  secretAccessKey: "secret/of+the+bucket/of/the/tests0000001",
  region: "sa-east-1",
};

export interface S3Object {
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
}

/** What happens to one call in place of what should: an error, a cut connection, half an answer. */
export type S3Fault = S3Refusal | "reset" | "half";

/** A bucket that checks every signature, in the path style. */
export interface S3Standin {
  readonly url: string;
  readonly objects: Map<string, S3Object>;
  /** Codes of the calls it refused by its own rules. */
  readonly refusals: string[];
  readonly script: (faults: readonly S3Fault[]) => void;
  readonly openSockets: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Starts it on a free port of the loopback interface. */
export async function startS3(account: S3Account = S3_ACCOUNT): Promise<S3Standin> {
  const objects = new Map<string, S3Object>();
  const refusals: string[] = [];
  const faults: S3Fault[] = [];

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const { method = "", url: path = "", headers } = request;
    const fault = faults.shift();
    if (fault === "reset") {
      response.destroy();
      return;
    }
    if (typeof fault === "object") {
      refuse(response, fault);
      return;
    }
    const refusal = refusalOf({ method, path, headers, body }, account, new Date());
    if (refusal !== undefined) {
      refusals.push(refusal.code);
      refuse(response, refusal);
      return;
    }
    const [, bucket, ...rest] = path.split("/");
    const key = rest.join("/");
    if (bucket !== S3_BUCKET) refuse(response, { status: 404, code: "NoSuchBucket" });
    else if (method === "PUT") {
      if (headers["content-length"] === undefined) {
        refuse(response, { status: 411, code: "MissingContentLength" });
        return;
      }
      objects.set(key, { bytes: body, contentType: headers["content-type"] });
      response.writeHead(200, { etag: '"x"' }).end();
    } else if (method === "DELETE") {
      objects.delete(key);
      response.writeHead(204).end();
    } else if (method === "GET") {
      const isHalf = fault === "half";
      give(response, objects.get(key), isHalf, headers["accept-encoding"] ?? "");
    } else refuse(response, { status: 405, code: "MethodNotAllowed" });
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    objects,
    refusals,
    script: (more) => faults.push(...more),
    openSockets: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    close: () => stopListening(server),
  };
}

/** Packs the answer where the caller takes it packed, as something between the two may. */
function give(
  response: ServerResponse,
  object: S3Object | undefined,
  isHalf: boolean,
  accepted: string,
): void {
  if (object === undefined) {
    refuse(response, { status: 404, code: "NoSuchKey" });
    return;
  }
  const { bytes, contentType = "binary/octet-stream" } = object;
  if (accepted.includes("gzip")) {
    response.writeHead(200, { "content-type": contentType, "content-encoding": "gzip" });
    response.end(gzipSync(bytes));
    return;
  }
  response.writeHead(200, { "content-type": contentType, "content-length": bytes.length });
  if (!isHalf) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}

function refuse(response: ServerResponse, { status, code }: S3Refusal): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
