import { randomBytes } from "node:crypto";
import { parseEnv } from "node:util";
import { CliError, EXIT } from "../failure.ts";
import type { Choice, Needed } from "./choices.ts";
import { COMMON } from "./choices.ts";
import type { Answers } from "./questions.ts";
import { variablesOf } from "./questions.ts";
import { whereFound } from "./where-found.ts";

const HEAD = `# Written by \`ponte init\`. The bridge's secrets stand here and nowhere else: keep this file to yourself.
# An empty variable counts as not set. docs/configuration.md explains every variable.
`;

/** Characters of a value that needs no quotes. */
const PLAIN = /^[\w@%+=:,./?&~-]*$/;

/** Writes a value so that it is read as it is. Throws for one that no quotes can hold. */
export function quoted(name: string, value: string): string {
  if (PLAIN.test(value)) return value;
  const quote = ["'", '"', "`"].find(
    (one) => !value.includes(one) && !(one === '"' && value.includes("\\")),
  );
  if (quote === undefined || value.includes("\n"))
    throw new CliError(`the value of ${name} cannot be written into .env`, {
      code: EXIT.usage,
      advice: "it holds a line break or every kind of quotes: was it copied whole, and alone?",
    });
  return `${quote}${value}${quote}`;
}

/** A value: given, proposed, or made up. Empty where it has to be filled in. */
function valueOf({ name, usual, isOwnWord }: Needed, values: Answers["values"]): string {
  const given = values.get(name);
  if (given !== undefined) return given;
  return isOwnWord === true ? randomBytes(24).toString("hex") : (usual ?? "");
}

function line(needed: Needed, values: Answers["values"]): string {
  const place = whereFound(needed.name);
  const assignment = `${needed.name}=${quoted(needed.name, valueOf(needed, values))}`;
  return place === undefined ? assignment : `# ${place}\n${assignment}`;
}

const section = (title: string, variables: readonly Needed[], values: Answers["values"]): string =>
  `\n# ${title}\n${variables.map((needed) => line(needed, values)).join("\n")}\n`;

/** A new `.env` with the names that the choice needs, and no other. */
export function newEnvText(answers: Answers): string {
  const ofChoice = ({ title, variables }: Choice) =>
    variables.length === 0 ? "" : section(title, variables, answers.values);
  const chosen = [...answers.providers, ...answers.backends].map(ofChoice);
  return `${HEAD}${section("The bridge itself", COMMON, answers.values)}${chosen.join("")}`;
}

/** What would have to change in a `.env` that is there already. */
export interface EnvChanges {
  readonly text: string;
  /** Names that are not in it. */
  readonly added: readonly string[];
  /** Names that it has with another value than was given. */
  readonly changed: readonly string[];
}

/** Completes a `.env`: what it sets stays, but for the values that were given; what it lacks is added at its end. */
export function completeEnv(text: string, answers: Answers): EnvChanges {
  const present = parseEnv(text);
  const needed = variablesOf(answers);
  const isOpen = ({ name, isOptional }: Needed) =>
    present[name] === undefined && (isOptional !== true || answers.values.has(name));
  const added = needed.filter(isOpen);
  const changed = needed.filter(({ name }) => {
    const given = answers.values.get(name);
    return given !== undefined && present[name] !== undefined && present[name] !== given;
  });
  const replaced = changed.reduce(
    (so, { name }) => replaceValue(so, name, answers.values.get(name) ?? ""),
    text,
  );
  const names = (all: readonly Needed[]) => all.map(({ name }) => name);
  if (added.length === 0) return { text: replaced, added: [], changed: names(changed) };
  const end = replaced.endsWith("\n") || replaced === "" ? replaced : `${replaced}\n`;
  const more = section("Added by `ponte init`", added, answers.values);
  return { text: `${end}${more}`, added: names(added), changed: names(changed) };
}

/** The last assignment counts, so that one is replaced. A value over several lines is added anew at the end. */
function replaceValue(text: string, name: string, value: string): string {
  const lines = text.split("\n");
  const at = lines.findLastIndex((one) => new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`).test(one));
  const assignment = `${name}=${quoted(name, value)}`;
  const replaced = lines.toSpliced(at, at < 0 ? 0 : 1, assignment).join("\n");
  if (parseEnv(replaced)[name] === value) return replaced;
  return `${text.replace(/\n?$/, "\n")}${assignment}\n`;
}

/** Names that have to be filled in before the bridge can start as it was chosen. */
export function openNames(
  text: string,
  answers: Pick<Answers, "providers" | "backends">,
): readonly string[] {
  const values = parseEnv(text);
  return variablesOf(answers)
    .filter(({ name, isOptional }) => isOptional !== true && (values[name] ?? "") === "")
    .map(({ name }) => name);
}
