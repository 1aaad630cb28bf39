import { randomUUIDv7 } from "node:crypto";
import { addLines, type ImportLine, type ReportLine } from "../../db/campaign-import-lines.ts";
import {
  failDeadImports,
  findImport,
  finishImport,
  type ImportSummary,
  startImport,
  touchImport,
} from "../../db/campaign-imports.ts";
import { countRecipients } from "../../db/campaign-recipients.ts";
import type { Queryable } from "../../db/driver.ts";
import { BridgeError } from "../../errors.ts";
import type { ImportRow } from "./read-row.ts";

/** A list that is about to be added to a campaign. */
export interface ImportJob {
  readonly id: string;
  readonly campaignId: string;
  readonly source: ImportSummary["source"];
  /** How the list is read, kept beside what became of it. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly maxRecipients: number;
}

/** What became of a list, with the first lines that added nobody. */
export interface ImportResult {
  readonly summary: ImportSummary;
  readonly sample: readonly ReportLine[];
}

/** Lines written in one statement. */
const BATCH = 1_000;

/** Lines shown at once. */
const SAMPLE = 20;

/** How often an import says that it is alive: several times before it is taken for dead. */
const HEARTBEAT_MS = 30_000;

const OVER =
  "the campaign takes no recipients any more, or the import was given up after two minutes without a word";

/**
 * Reads a list into a campaign, one batch after the other: the list is never in memory as a whole, and is read no faster than
 * it is stored. What was stored before a failure stays; the same list sent again adds the rest. Throws `request_conflict`,
 * `store_*` and what reading `rows` throws.
 */
export async function runImport(
  db: Queryable,
  job: ImportJob,
  rows: AsyncIterable<ImportRow> | Iterable<ImportRow>,
): Promise<ImportResult> {
  await failDeadImports(db, job.campaignId);
  if (!(await startImport(db, job))) throw new BridgeError("request_conflict", OVER);
  const heart = setInterval(() => {
    touchImport(db, job.id).catch(() => undefined);
  }, HEARTBEAT_MS);
  heart.unref();
  try {
    const sample = await addAll(db, job, rows);
    await finishImport(db, job.id, { state: "done" });
    return { summary: await mustFind(db, job), sample };
  } catch (error) {
    const detail = error instanceof BridgeError ? error.detail : "the list broke off";
    await finishImport(db, job.id, { state: "failed", error: detail }).catch(() => undefined);
    throw await explain(db, job, error);
  } finally {
    clearInterval(heart);
  }
}

/** Gathers lines; where the list breaks off, what came before is a batch too. */
async function* inBatches(
  rows: AsyncIterable<ImportRow> | Iterable<ImportRow>,
): AsyncGenerator<readonly ImportLine[]> {
  let batch: ImportLine[] = [];
  try {
    for await (const row of rows) {
      batch.push(toLine(row));
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    if (batch.length > 0) yield batch;
    throw error;
  }
  if (batch.length > 0) yield batch;
}

async function addAll(
  db: Queryable,
  job: ImportJob,
  rows: AsyncIterable<ImportRow> | Iterable<ImportRow>,
): Promise<readonly ReportLine[]> {
  const sample: ReportLine[] = [];
  let kept = await countRecipients(db, job.campaignId);
  for await (const batch of inBatches(rows)) {
    for (let rest = batch; rest.length > 0;) {
      const room = job.maxRecipients - kept;
      if (room <= 0) {
        const detail = `a campaign has at most ${job.maxRecipients} recipients`;
        throw new BridgeError("request_conflict", detail);
      }
      const added = await addLines(db, job.id, rest.slice(0, room));
      if (!added.open) throw new BridgeError("request_conflict", OVER);
      kept += added.kept;
      sample.push(...added.sample.slice(0, SAMPLE - sample.length));
      rest = rest.slice(room);
    }
  }
  return sample;
}

function toLine(row: ImportRow): ImportLine {
  const { line, value } = row;
  const id = randomUUIDv7();
  if (row.kind === "invalid") return { line, id, value, problem: row.problem };
  const { identity, key, name, language, params } = row;
  return { line, id, value, identity, match_key: key, name, language, params };
}

async function mustFind(db: Queryable, { campaignId, id }: ImportJob): Promise<ImportSummary> {
  const summary = await findImport(db, campaignId, id);
  if (summary !== undefined) return summary;
  throw new BridgeError("request_conflict", "the campaign was deleted meanwhile");
}

/** Adds to a failure where the report of what was read before it is. */
async function explain(db: Queryable, job: ImportJob, error: unknown): Promise<unknown> {
  if (!(error instanceof BridgeError)) return error;
  const summary = await findImport(db, job.campaignId, job.id).catch(() => undefined);
  if (summary === undefined) return error;
  const detail = `${error.detail}; ${summary.rows_read} lines were read before, see the report of import ${job.id}`;
  return new BridgeError(error.code, detail, { cause: error });
}
