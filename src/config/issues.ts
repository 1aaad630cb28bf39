import type { z } from "zod";
import { type LoadContext, isBroken, valueAt, whereIs } from "./context.ts";
import type { SettingPath } from "./problems.ts";
import { unknownKeyDetail } from "./suggest.ts";

type Issue = z.core.$ZodIssue;

/** How the issues of one schema are told: where its values stand and which variables may set them. */
export interface IssueSource {
  /** Turns a path of the schema into the path of the file. */
  readonly pathOf: (path: SettingPath) => SettingPath;
  readonly namesOf: (path: SettingPath) => readonly string[];
  readonly knownKeys: readonly string[];
  /** The value that was checked, to tell a missing setting from a wrong one. */
  readonly input: unknown;
}

/** Adds one problem for each setting a schema refused, and one for each unknown key. */
export function reportIssues(
  issues: readonly Issue[],
  source: IssueSource,
  context: LoadContext,
): void {
  for (const issue of issues) {
    const inner = issue.path.map((key) => (typeof key === "symbol" ? key.toString() : key));
    const path = source.pathOf(inner);
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) reportUnknownKey(path, key, source.knownKeys, context);
      continue;
    }
    if (isBroken(path, context)) continue;
    const isMissing = issue.code !== "custom" && !isGiven(inner, source.input);
    const detail = isMissing ? "is required and not set" : detailOf(issue);
    context.problems.push({ where: whereIs(path, source.namesOf(path), context), detail });
  }
}

/** Whether there is a value at a path; the items of a list that the environment wrote as one text are there with it. */
function isGiven(path: SettingPath, input: unknown): boolean {
  if (valueAt(path, input) !== undefined) return true;
  return path.length > 1 && typeof valueAt(path.slice(0, -1), input) === "string";
}

/** Adds the problem of a key that no setting has. */
export function reportUnknownKey(
  path: SettingPath,
  key: string,
  known: readonly string[],
  context: LoadContext,
): void {
  const where = whereIs([...path, key], [], context);
  context.problems.push({ where, detail: unknownKeyDetail(key, known) });
}

/** A union or a record says only that nothing fitted; what its parts expected says more. What came is left out. */
function detailOf(issue: Issue): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  const members = issue.code === "invalid_union" ? issue.errors.flat() : [];
  if (members.length > 0) return [...new Set(members.map(detailOf))].join("; or ");
  return issue.message.replace(/^Invalid (input|option): /, "").replace(/, received \w+$/, "");
}
