import { nearest } from "../../config/suggest.ts";
import type { Queryable } from "../../db/driver.ts";
import { wasSynced } from "../../db/template-syncs.ts";
import { findTemplates, listTemplateNames, type TemplateRow } from "../../db/templates.ts";
import type { ResolvedTemplate } from "../../flow/resolve-template.ts";
import type { TemplateRequest } from "../../send-content.ts";
import { checkTemplate } from "./check.ts";
import { enumerate } from "./findings.ts";

/**
 * Finds the template that a request means on a channel and checks it. A channel whose templates were never listed is not
 * checked: the provider decides then, as it does in the end. Throws `store_*`.
 */
export async function resolveTemplate(
  db: Queryable,
  channel: string,
  request: TemplateRequest,
): Promise<ResolvedTemplate> {
  const known = await findTemplates(db, channel, request.name);
  const present = known.filter(({ gone_at: gone }) => gone === null);
  if (present.length === 0 && !(await wasSynced(db, channel))) {
    const unchecked = `The templates of ${channel} were never synced, so ${request.name} was not checked.`;
    return { kind: "ok", request, category: null, warnings: [unchecked] };
  }
  if (known.length === 0) return refuse(await unknownName(db, channel, request.name));
  const row = choose(present.length === 0 ? known : present, request.language);
  if (typeof row === "string") return refuse(row);
  const { problems, warnings, request: checked } = checkTemplate(row, request);
  if (problems.length > 0) return { kind: "refused", problems };
  return { kind: "ok", request: checked, category: row.category, warnings };
}

function refuse(sentence: string): ResolvedTemplate {
  return { kind: "refused", problems: [sentence] };
}

async function unknownName(db: Queryable, channel: string, name: string): Promise<string> {
  const meant = nearest(name, await listTemplateNames(db, channel));
  const guess = meant === undefined ? "" : ` Did you mean ${meant}?`;
  return `There is no template ${name} on ${channel}.${guess}`;
}

/** The row in the language asked for, exactly: to the provider `pt` is not `pt_BR`. The only one where none was. */
function choose(rows: readonly TemplateRow[], language: string | undefined): TemplateRow | string {
  const [first] = rows;
  const name = first?.name ?? "";
  const languages = enumerate(rows.map((row) => row.language));
  if (language === undefined) {
    if (first !== undefined && rows.length === 1) return first;
    return `The template ${name} is there in ${languages}: say in which language it is sent.`;
  }
  const wanted = language.replace("-", "_");
  const found = rows.find((row) => row.language === wanted || row.language === "");
  return found ?? `The template ${name} is not there in ${language}, but in ${languages}.`;
}
