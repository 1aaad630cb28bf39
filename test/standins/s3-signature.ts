import { createHash, createHmac } from "node:crypto";

export interface S3Account {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** A call as it reached the stand-in. */
export interface S3Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A refusal in the provider's words. Source: Amazon S3 API reference, error responses. */
export interface S3Refusal {
  readonly status: number;
  readonly code: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;

const SKEW_MS = 15 * 60_000;

const sha256 = (data: Buffer | string): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: Buffer | string, data: string): Buffer =>
  createHmac("sha256", key).update(data).digest();

/** Checks a signed call from nothing but the documented steps. Source: AWS Signature Version 4, create a signed request. */
export function refusalOf(call: S3Call, account: S3Account, now: Date): S3Refusal | undefined {
  const header = (name: string): string => String(call.headers[name] ?? "");
  const parts = AUTHORIZATION.exec(header("authorization"));
  if (parts === null) return { status: 403, code: "AccessDenied" };
  const [, keyId, day = "", region, names = "", signature] = parts;
  if (keyId !== account.accessKeyId) return { status: 403, code: "InvalidAccessKeyId" };
  if (region !== account.region) return { status: 400, code: "AuthorizationHeaderMalformed" };
  const date = header("x-amz-date");
  if (Math.abs(timeOf(date) - now.getTime()) > SKEW_MS || !date.startsWith(day))
    return { status: 403, code: "RequestTimeTooSkewed" };
  const isSigned = (name: string): boolean => names.split(";").includes(name);
  if (!["host", "x-amz-date", "x-amz-content-sha256"].every(isSigned))
    return { status: 403, code: "AccessDenied" };
  const hash = header("x-amz-content-sha256");
  const canonical = [
    call.method,
    call.path,
    "",
    ...names.split(";").map((name) => `${name}:${header(name).trim()}`),
    "",
    names,
    hash,
  ].join("\n");
  const scope = `${day}/${account.region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const key = [account.region, "s3", "aws4_request"].reduce(
    (made, part) => hmac(made, part),
    hmac(`AWS4${account.secretAccessKey}`, day),
  );
  if (hmac(key, text).toString("hex") !== signature)
    return { status: 403, code: "SignatureDoesNotMatch" };
  return hash === sha256(call.body)
    ? undefined
    : { status: 400, code: "XAmzContentSHA256Mismatch" };
}

function timeOf(date: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (match === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}
