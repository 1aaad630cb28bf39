import express from "express";
import type { Request, Response, Router } from "express";
import type { FileRow } from "../db/media-files.ts";
import { fileNameFor } from "../media/file-name.ts";
import type { Links } from "../media/links.ts";
import type { MediaStore } from "../media/store.ts";
import { disposition, sendBytes } from "./file-response.ts";
import { sendProblem } from "./problem.ts";

export interface FilesDependencies {
  readonly links: Pick<Links, "isValid">;
  /** Only ever asked for ids of links that we made. */
  readonly find: (id: string) => Promise<FileRow | undefined>;
  readonly open: MediaStore["open"];
  /** Milliseconds for which a reader may take nothing before it is let go. */
  readonly idleMs?: number;
}

const IDLE_MS = 30_000;

/** Kinds that a browser may show by itself; everything else is for saving. */
const SHOWN = /^(?:(?:image|audio|video)\/(?!svg)[a-z0-9.+-]+|application\/pdf)$/;

/** Builds the router of people's files, to be mounted at `/files`: whoever has a link that works gets the file. */
export function filesRouter(deps: FilesDependencies): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get("/:id/:name", (request, response) => serve(deps, request, response));
  return router;
}

async function serve(deps: FilesDependencies, request: Request, response: Response): Promise<void> {
  const { id, name } = paramsOf(request);
  const { expires, signature } = request.query;
  response.set({ "Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer" });
  if (!deps.links.isValid({ id, name, expires, signature })) {
    const detail = "the link is wrong or its time is over";
    sendProblem(response, { status: 403, code: "request_forbidden", detail });
    return;
  }
  const row = await deps.find(id);
  if (row !== undefined && row.storageKey === null) {
    const detail = "the file was deleted when its time was over";
    sendProblem(response, { status: 410, code: "request_gone", detail });
    return;
  }
  if (row !== undefined && request.method === "HEAD") {
    response.status(200).set(headersOf(row, row.sizeBytes)).end();
    return;
  }
  const file = row?.storageKey && (await deps.open(row.storageKey));
  if (row === undefined || !file) {
    sendProblem(response, { status: 404, code: "request_not_found", detail: "there is no file" });
    return;
  }
  response.status(200).set(headersOf(row, file.sizeBytes));
  await sendBytes(response, file, deps.idleMs ?? IDLE_MS);
}

function paramsOf({ params }: Request): { id: string; name: string } {
  const { id, name } = params;
  return { id: String(id), name: String(name) };
}

/** What a person sent must not run in the reader's browser, whatever it is: it gets no origin, no scripts, no guessing. */
function headersOf({ mimeType, fileName }: FileRow, sizeBytes: number | undefined) {
  return {
    "Content-Type": mimeType,
    "Content-Disposition": disposition(
      SHOWN.test(mimeType) ? "inline" : "attachment",
      fileNameFor(fileName ?? undefined, mimeType),
    ),
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Accept-Ranges": "none",
    ...(sizeBytes !== undefined && { "Content-Length": String(sizeBytes) }),
  };
}
