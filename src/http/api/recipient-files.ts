import { OUTCOMES, wordProblem } from "../../campaigns/import/wording.ts";
import { listReportLines } from "../../db/campaign-import-lines.ts";
import {
  FIRST_PLACE,
  listParamTitles,
  listRecipients,
  type RecipientFilter,
} from "../../db/campaign-recipients.ts";
import type { Queryable } from "../../db/driver.ts";
import { csvTable, type CsvStyle } from "../../csv.ts";
import type { ErrorContext } from "./error-report.ts";
import type { Language } from "./dependencies.ts";
import { showRecipient } from "./recipient-view.ts";

/** Rows read at a time. */
const SLICE = 1_000;

/** Before the columns of the lists, and after them. */
const PERSON = ["to", "name", "language", "status"] as const;
const FAILURE = ["reason", "code", "title", "hint"] as const;
const FACTS = [
  "channel",
  "account",
  "created_at",
  "released_at",
  "sent_at",
  "delivered_at",
  "read_at",
  "failed_at",
  "skipped_at",
  "replied_at",
  "contact_id",
  "conversation_id",
  "message_id",
  "id",
] as const;

interface Export {
  readonly db: Queryable;
  readonly campaignId: string;
  readonly filter: RecipientFilter;
  readonly style: CsvStyle;
  readonly context: Omit<ErrorContext, "channel">;
}

/** Writes the recipients of a campaign as a table, in the order of its lists, with their own columns among ours. */
export async function* exportRecipients(wanted: Export): AsyncGenerator<string> {
  const params = await listParamTitles(wanted.db, wanted.campaignId);
  const titles = [...PERSON, ...params, ...FAILURE.map((key) => `error_${key}`), ...FACTS];
  yield* csvTable(titles, readPages(wanted, params), wanted.style);
}

type Cell = string | null;

const NO_ERROR = { reason: null, code: null, title: null, hint: null };

async function* readPages(
  { db, campaignId, filter, context }: Export,
  params: readonly string[],
): AsyncGenerator<Cell[][]> {
  for (let after = FIRST_PLACE; ;) {
    const rows = await listRecipients(db, campaignId, filter, { after, limit: SLICE });
    yield rows.map((row) => {
      const shown = showRecipient(row, context);
      const error = shown.error ?? NO_ERROR;
      return [
        ...PERSON.map((key) => shown[key]),
        ...params.map((key) => textOf(row.params, key)),
        ...FAILURE.map((key) => error[key]),
        ...FACTS.map((key) => shown[key]),
      ];
    });
    const last = rows.at(-1);
    if (last === undefined || rows.length < SLICE) return;
    after = last.place;
  }
}

function textOf(params: Readonly<Record<string, unknown>>, title: string): Cell {
  const value = Object.hasOwn(params, title) ? params[title] : undefined;
  return typeof value === "string" ? value : null;
}

const REPORT_TITLES = {
  en: ["line", "outcome", "value", "detail"],
  "pt-BR": ["linha", "resultado", "valor", "detalhe"],
} as const;

/** Writes the lines of a list that added nobody as a table. */
export async function* exportReport(
  db: Queryable,
  importId: string,
  style: CsvStyle,
  language: Language,
): AsyncGenerator<string> {
  async function* pages() {
    for (let after = 0; ;) {
      const lines = await listReportLines(db, importId, after, SLICE);
      yield lines.map(({ line, outcome, value, detail }) => [
        line,
        OUTCOMES[language][outcome],
        value,
        wordProblem(detail, language),
      ]);
      const last = lines.at(-1);
      if (last === undefined || lines.length < SLICE) return;
      after = last.line;
    }
  }
  yield* csvTable(REPORT_TITLES[language], pages(), style);
}
