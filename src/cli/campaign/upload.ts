import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ApiRefusal } from "../api-answer.ts";
import type { ApiClient, Query } from "../api.ts";
import type { CliContext } from "../context.ts";
import { CliError, messageOf } from "../failure.ts";
import { listContent, type ListFile } from "./list-file.ts";
import { type ImportResult, importResult, importSummary } from "./rows.ts";

/** How long a bridge is asked again that still works on an upload which broke off: its lease on it, and some more. */
const PATIENCE_MS = 90_000;
const ASK_AGAIN_MS = 2_000;

/** A list on its way into a campaign. */
export interface Upload {
  readonly campaignId: string;
  readonly list: ListFile;
  /** How the list is to be read. */
  readonly query: Query;
}

type UploadContext = Pick<CliContext, "output" | "progress" | "signal">;

/** What came of an upload. */
export interface Uploaded {
  readonly result: ImportResult;
  /** The same list was read before, to its end: this is the answer of then. */
  readonly wasThere: boolean;
}

/** Names a thing to do by all that it consists of: done again, it has the same name, and the bridge does it once. */
export function keyFor(kind: string, ...parts: readonly unknown[]): string {
  return `${kind}-${createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 40)}`;
}

const MEGABYTE = 1024 * 1024;

function sizeText(bytes: number): string {
  return bytes < MEGABYTE ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

/** Why an upload ended early, and that nothing has to be done twice. */
function brokenOff(error: unknown): CliError {
  const detail = messageOf(error instanceof Error ? (error.cause ?? error) : error);
  return new CliError(`the import broke off (${detail})`, {
    advice:
      "what was read until then is in the campaign: run the same command again, and it adds the rest and nobody twice",
    cause: error,
  });
}

async function send(api: ApiClient, upload: Upload, { progress: start }: UploadContext) {
  const { campaignId, list, query } = upload;
  const progress = start(`importing ${list.file} (${sizeText(list.bytes)})`, "lines");
  const content = listContent(list, (lines) => progress.update(lines, list.lines));
  try {
    return await api.send("POST", `/campaigns/${campaignId}/recipients`, importResult, {
      stream: { type: "text/csv", content },
      query,
      idempotencyKey: keyFor("import", campaignId, query, list.digest),
    });
  } finally {
    progress.stop();
  }
}

/** Sends the list; where the bridge still works on an earlier call that broke off, waits for its end. */
async function sendPatiently(api: ApiClient, upload: Upload, context: UploadContext) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let hasTold = false; ; hasTold = true) {
    try {
      return await send(api, upload, context);
    } catch (error) {
      const isBusy = error instanceof ApiRefusal && error.problem === "request_in_progress";
      if (!isBusy || Date.now() > deadline) throw error;
      if (!hasTold)
        context.output.note(
          "The bridge is still at an earlier call for this list; waiting for it.",
        );
      await sleep(ASK_AGAIN_MS, undefined, { signal: context.signal });
    }
  }
}

async function readImports(api: ApiClient, campaignId: string) {
  const path = `/campaigns/${campaignId}/imports`;
  const page = await api.get(path, z.looseObject({ data: z.array(importSummary) }));
  return page.data;
}

/**
 * Adds a list to a campaign, however often it broke off before. The request is named by campaign, list and way of reading:
 * done once, the bridge answers it again and does nothing; broken off, it reads the list again and passes over whom it knows.
 */
export async function uploadList(
  api: ApiClient,
  upload: Upload,
  context: UploadContext,
): Promise<Uploaded> {
  const earlier = await readImports(api, upload.campaignId);
  const [last] = earlier;
  if (last?.state === "failed" && last.rows_read > 0)
    context.output.note(
      `An earlier import broke off after ${last.rows_read} lines; who is in the campaign is passed over.`,
    );
  try {
    const result = await sendPatiently(api, upload, context);
    return { result, wasThere: earlier.some(({ id }) => id === result.id) };
  } catch (error) {
    if (context.signal.aborted) {
      context.output.note(
        "Stopped. What was read until now is in the campaign: run the same command again, and it adds the rest and nobody twice.",
      );
      throw error;
    }
    throw error instanceof ApiRefusal ? error : brokenOff(error);
  }
}
