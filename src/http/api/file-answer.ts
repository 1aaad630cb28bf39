import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { Route } from "./route.ts";

/** An answer that is a file, written piece by piece and never in memory as a whole. */
export interface FileAnswer {
  /** As it is saved. */
  readonly name: string;
  readonly chunks: AsyncIterable<string>;
}

function isFileAnswer(value: unknown): value is FileAnswer {
  return typeof value === "object" && value !== null && "name" in value && "chunks" in value;
}

/** What the handler of a route that answers with a file gives. */
export const fileAnswer = z.custom<FileAnswer>(isFileAnswer);

/** What pipes fail with when the other side has gone. */
const GONE = "ERR_STREAM_PREMATURE_CLOSE";

const hasGone = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === GONE;

/**
 * Makes a route answer with the file that its handler gives. A client that goes away ends the reading of the rows; a failure
 * in the middle cuts the connection, so that half a file is not taken for a whole one.
 */
export function answerFile(route: Route, mediaType: string): Route {
  const content = { [mediaType]: { schema: z.string() } };
  return {
    ...route,
    operation: {
      ...route.operation,
      responses: { ...route.operation.responses, 200: { description: "The file.", content } },
    },
    respond: async (answer, _request, response) => {
      const { name, chunks } = fileAnswer.parse(answer);
      response.status(route.status).set({
        "Content-Type": `${mediaType}; charset=utf-8`,
        "Content-Disposition": `attachment; filename="${name}"`,
      });
      await pipeline(Readable.from(chunks), response).catch((error: unknown) => {
        if (!hasGone(error)) throw error;
      });
    },
  };
}
