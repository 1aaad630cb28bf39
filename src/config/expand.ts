/** What became of the references of one text: the text, or what is wrong with it. */
export type Expansion =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "problem"; readonly detail: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** An escape, a whole reference, or an opening that never closes. */
const REFERENCE = /\$\$\{|\$\{([^}]*)\}|\$\{/g;
const NAME_AND_DEFAULT = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;
const BARE_REFERENCE = /^\$\{[A-Za-z_][A-Za-z0-9_]*(:-)?\}$/;

/**
 * Replaces `${VAR}` and `${VAR:-default}` by the environment and `$${` by `${`. The default stands in for a variable
 * that is unset or empty. What a variable holds is taken as it is: references inside it are not followed.
 */
export function expandReferences(text: string, env: Environment): Expansion {
  const wrong: string[] = [];
  const expanded = text.replace(REFERENCE, (match: string, inside: string | undefined) => {
    if (match === "$${") return "${";
    const [, name, fallback] = NAME_AND_DEFAULT.exec(inside ?? "") ?? [];
    if (name === undefined) {
      wrong.push(
        "a ${...} here is not a reference to a variable; write $${ for the characters themselves",
      );
      return "";
    }
    const value = env[name];
    if (value !== undefined && value !== "") return value;
    if (fallback === undefined) wrong.push(`the environment variable ${name} is not set`);
    return fallback ?? "";
  });
  return wrong.length === 0
    ? { kind: "text", text: expanded }
    : { kind: "problem", detail: [...new Set(wrong)].join("; ") };
}

export const hasReference = (text: string): boolean => text.replaceAll("$${", "").includes("${");

/** Whether a text is one reference without a default, or with an empty one, so that nothing of the value stands in the file. */
export const isBareReference = (text: string): boolean => BARE_REFERENCE.test(text);

/** What a text says by itself: references count as empty, their defaults as written. */
export function writtenPart(text: string): string {
  return text.replace(REFERENCE, (match: string, inside: string | undefined) =>
    match === "$${" ? "${" : (NAME_AND_DEFAULT.exec(inside ?? "")?.[2] ?? ""),
  );
}
