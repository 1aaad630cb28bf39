import { z } from "zod";
import type { FileRow } from "../../db/media-files.ts";
import { findFile } from "../../db/media-files.ts";
import type { MessageRow } from "../../db/messages-read.ts";
import { findMessage } from "../../db/messages-read.ts";
import { BridgeError } from "../../errors.ts";
import { fileNameFor } from "../../media/file-name.ts";
import type { StoredBytes } from "../../media/store.ts";
import { disposition, sendBytes } from "../file-response.ts";
import { mustOwn } from "./caller.ts";
import { nothing } from "./parameters.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";

/** Kinds that a browser shows and that run nothing; every other file is for saving. */
const SHOWN = /^(?:image\/(?:jpeg|png|webp)|audio\/[a-z0-9.+-]{1,50}|video\/mp4|application\/pdf)$/;

/** Milliseconds for which a reader may take nothing before it is let go. */
const IDLE_MS = 30_000;

interface MessageFile {
  readonly row: FileRow;
  readonly bytes: StoredBytes;
}

const isMessageFile = (value: unknown): value is MessageFile =>
  typeof value === "object" && value !== null && "row" in value && "bytes" in value;

const messageFile = z.custom<MessageFile>(isMessageFile);

const withFile = z.object({ file: z.object({ id: z.guid() }) });

/** The file's id stands in the content, which goes when the person is erased: then there is no file, whatever is left of it. */
function fileIdOf({ content }: MessageRow): string | undefined {
  return withFile.safeParse(content).data?.file.id;
}

const noFile = () =>
  new BridgeError("request_not_found", "the message has no file, or not any more");

/** What a person sent must not run in the reader's browser, whatever it is: it gets no origin, no scripts, no guessing. */
function headersOf({ mimeType, fileName }: FileRow, sizeBytes: number | undefined) {
  const isShown = SHOWN.test(mimeType);
  const name = fileNameFor(fileName ?? undefined, mimeType);
  return {
    "Content-Type": isShown ? mimeType : "application/octet-stream",
    "Content-Disposition": disposition(isShown ? "inline" : "attachment", name),
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Accept-Ranges": "none",
    ...(sizeBytes !== undefined && { "Content-Length": String(sizeBytes) }),
  };
}

const route = defineRoute({
  method: "get",
  path: "/messages/{id}/file",
  scope: "messages:read",
  summary: "Gives the file that a person sent",
  tag: "messages",
  query: nothing,
  body: nothing,
  answer: messageFile,
  handle: async ({ id }, { db, openFile, caller }) => {
    const message = await findMessage(db, id);
    if (message === undefined)
      throw new BridgeError("request_not_found", "there is no message with this id");
    mustOwn(caller, message.channel, "message");
    const fileId = fileIdOf(message);
    const row = fileId === undefined ? undefined : await findFile(db, fileId);
    if (row === undefined || row.storageKey === null) throw noFile();
    const bytes = await openFile(row.storageKey);
    if (bytes === undefined) throw noFile();
    return { row, bytes };
  },
});

const bytesOnly = { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } };

/** The files of messages. */
export const messageFileRoutes: readonly Route[] = [
  {
    ...route,
    operation: {
      ...route.operation,
      responses: {
        ...route.operation.responses,
        200: {
          description: "The file, under its own type where that is safe.",
          content: bytesOnly,
        },
      },
    },
    respond: async (answer, _request, response) => {
      const { row, bytes } = messageFile.parse(answer);
      response.status(200).set(headersOf(row, bytes.sizeBytes));
      await sendBytes(response, bytes, IDLE_MS);
    },
  },
];
