import type { ServerResponse } from "node:http";
import { errorBody, type GraphCall, type GraphRules } from "./graph-rules.ts";

/** A file that a person sent, as the provider keeps it. */
export interface GraphFile {
  readonly account: string;
  readonly bytes: Buffer;
  readonly mimeType: string;
  /** Where the address points instead of the stand-in's own place for files. */
  readonly url?: string;
  /** Answers to the address, one each, before the file is given: statuses, or a cut in the middle of the bytes. */
  readonly faults?: readonly (number | "cut")[];
}

/** The files of a stand-in, and how often each was asked for. */
export interface GraphFiles {
  readonly files: Map<string, GraphFile>;
  readonly asked: string[];
}

const FILE_PATH = /^\/whatsapp_business\/attachments\/\?mid=(\d+)$/;

/**
 * Answers calls about files; undefined where a call is about something else. The address is a place of its own that asks
 * for the token too. Source: Cloud API reference, media, retrieve media URL and download media.
 */
export function serveFile(
  { files, asked }: GraphFiles,
  call: GraphCall,
  rules: GraphRules,
  origin: string,
): ((response: ServerResponse) => void) | undefined {
  if (call.method !== "GET") return undefined;
  asked.push(call.path);
  const isAllowed = call.authorization === `Bearer ${rules.token}`;
  const place = FILE_PATH.exec(call.path)?.[1];
  if (place !== undefined) {
    const file = files.get(place);
    if (!isAllowed) return (response) => response.writeHead(401).end();
    if (file === undefined) return (response) => response.writeHead(404).end();
    const past = asked.filter((path) => path === call.path).length - 1;
    return (response) => give(response, file, file.faults?.[past]);
  }
  if (!isAllowed) return refuse(401, 190, "Error validating access token");
  const { pathname, searchParams } = new URL(call.path, origin);
  const [, version, id = ""] = pathname.split("/");
  const isNumber = version === rules.apiVersion && rules.phoneNumberIds.includes(id);
  if (isNumber) return tellNumber(id, searchParams.get("fields"));
  const file = files.get(id);
  if (version !== rules.apiVersion || file === undefined)
    return refuse(400, 100, "Unsupported get request. Object does not exist");
  if (searchParams.get("phone_number_id") !== file.account)
    return refuse(400, 100, "(#100) The file is not of this phone number");
  const url = file.url ?? `${origin}/whatsapp_business/attachments/?mid=${id}`;
  const body = {
    messaging_product: "whatsapp",
    url,
    mime_type: file.mimeType,
    file_size: String(file.bytes.length),
    id,
  };
  return (response) =>
    response
      .writeHead(200, { "content-type": "application/json; charset=UTF-8" })
      .end(JSON.stringify(body));
}

/** Tells the fields of a phone number that were asked for. Source: Cloud API reference, phone numbers. */
function tellNumber(id: string, fields: string | null) {
  const known: Readonly<Record<string, string>> = { status: "CONNECTED", quality_rating: "GREEN" };
  const asked = (fields ?? "").split(",").map((field) => [field, known[field]]);
  if (asked.some(([, value]) => value === undefined))
    return refuse(400, 100, "(#100) Tried accessing nonexisting field");
  const body = JSON.stringify({ ...Object.fromEntries(asked), id });
  return (response: ServerResponse) =>
    response.writeHead(200, { "content-type": "application/json; charset=UTF-8" }).end(body);
}

function refuse(status: number, code: number, message: string) {
  return (response: ServerResponse) =>
    response
      .writeHead(status, { "content-type": "application/json; charset=UTF-8" })
      .end(errorBody({ code, message }, "AStandInTrace"));
}

function give(response: ServerResponse, file: GraphFile, fault: number | "cut" | undefined): void {
  if (typeof fault === "number") {
    response.writeHead(fault).end();
    return;
  }
  const length = { "content-length": file.bytes.length, "content-type": file.mimeType };
  response.writeHead(200, length);
  if (fault === undefined) response.end(file.bytes);
  else response.write(file.bytes.subarray(0, 1), () => response.destroy());
}
