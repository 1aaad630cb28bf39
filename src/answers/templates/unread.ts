import type { FileProblem, ParsedFile } from "./parse.ts";

/** Parts of a Rasa project that are more than one question and its answer. */
const PARTS = ["stories", "forms", "flows", "e2e_actions"] as const;

/** Lists the parts of a project that need Rasa: stories, forms, flows and actions of its own. */
export function findUnread(files: readonly ParsedFile[]): readonly FileProblem[] {
  return files.flatMap(({ path, content, lineOf }) => {
    const parts = PARTS.filter((part) => sizeOf(content[part]) > 0).map((part) => ({
      path,
      line: lineOf([part]),
      detail: `${part}: ${sizeOf(content[part])} of them`,
    }));
    const actions = customActions(content["actions"]);
    if (actions.length === 0) return parts;
    const detail = `actions: ${actions.slice(0, MAX_NAMED).join(", ")}${actions.length > MAX_NAMED ? "..." : ""}`;
    return [...parts, { path, line: lineOf(["actions"]), detail }];
  });
}

/** Actions named in one line. */
const MAX_NAMED = 5;

function sizeOf(part: unknown): number {
  return typeof part === "object" && part !== null ? Object.keys(part).length : 0;
}

/** Names of responses may stand among the actions too. */
function customActions(actions: unknown): readonly string[] {
  if (!Array.isArray(actions)) return [];
  return actions.filter(
    (action: unknown): action is string =>
      typeof action === "string" && !action.startsWith("utter_"),
  );
}
