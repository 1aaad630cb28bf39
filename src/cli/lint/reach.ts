import type { Project } from "../../answers/templates/library.ts";
import type { ParsedFile } from "../../answers/templates/parse.ts";
import type { Finding } from "./findings.ts";
import { mentionedIn } from "./mentions.ts";
import type { Spoken } from "./responses.ts";

/** Parts of a project that say when something is said; where none of them is there, nobody can tell. */
const PLOTS = ["rules", "stories", "flows", "nlu"] as const;

/** Responses that Rasa says by itself. Source: Rasa documentation, default actions, forms and patterns. */
const BY_ITSELF =
  /^utter_(?:default$|ask_|invalid_|internal_error|out_of_scope|cannot_|can_do|clarification|corrected_|flow_|float_|free_chitchat|human_handoff|inform_|no_knowledge|skip_|user_)/;

/** Responses that nothing says. */
export function findDead(
  spoken: readonly Spoken[],
  files: readonly ParsedFile[],
  project: Project,
): readonly Finding[] {
  const told = files.some(
    ({ content }) =>
      Object.keys(content.bridge.intents).length > 0 || PLOTS.some((part) => isFull(content[part])),
  );
  if (!told) return [];
  const said = new Set(project.intents.flatMap(({ responses }) => responses));
  const mentioned = mentionedIn(files);
  const tapped = new Set(spoken.flatMap(tappedIn));
  const actions = files.flatMap(({ content }) => customActions(content["actions"]));
  const isDead = (name: string) => {
    const [group = ""] = name.split("/", 1);
    const known = [name, group, name.replace(/^utter_/, "/")];
    return (
      !said.has(name) &&
      !BY_ITSELF.test(name) &&
      !known.some((one) => mentioned.has(one) || tapped.has(one))
    );
  };
  return files.flatMap(({ path, content, lineOf }) =>
    Object.keys(content.responses)
      .filter(isDead)
      .map((name) => deadFinding(name, actions, { file: path, line: lineOf(["responses", name]) })),
  );
}

/** Where the bot has code of its own, that may say it: then it is no more than a note. */
function deadFinding(
  name: string,
  actions: readonly string[],
  place: Pick<Finding, "file" | "line">,
): Finding {
  const said = "No intent, rule, story, flow or button says it";
  const isSure = actions.length === 0;
  return {
    ...place,
    severity: isSure ? "warning" : "note",
    code: "dead_response",
    response: name,
    language: null,
    channels: [],
    detail: isSure ? `${said}.` : `${said}; an action may (${actions.slice(0, 3).join(", ")}).`,
  };
}

/** `/menu`, for a response `utter_menu` that no intent describes. */
function tappedIn({ replies }: Spoken): readonly string[] {
  return replies.flatMap(({ buttons = [] }) =>
    buttons.flatMap(({ payload = "" }) => /^\/[^\s{@]+/.exec(payload)?.[0] ?? []),
  );
}

function customActions(actions: unknown): readonly string[] {
  if (!Array.isArray(actions)) return [];
  return actions.filter(
    (name: unknown): name is string => typeof name === "string" && !name.startsWith("utter_"),
  );
}

const isFull = (part: unknown): boolean =>
  typeof part === "object" && part !== null && Object.keys(part).length > 0;
