import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { Asker } from "./ask.ts";
import { BACKENDS, type Choice, COMMON, type Needed, PROVIDERS, readChoices } from "./choices.ts";
import { whereFound } from "./where-found.ts";

/** What was chosen, and the values that were given. */
export interface Answers {
  readonly providers: readonly Choice[];
  readonly backends: readonly Choice[];
  readonly values: ReadonlyMap<string, string>;
}

/** What is known before anybody is asked. */
export interface Given {
  readonly providers: readonly Choice[] | undefined;
  readonly backends: readonly Choice[] | undefined;
  readonly values: ReadonlyMap<string, string>;
}

/** Every variable that a choice needs, in the order in which it is asked for. */
export const variablesOf = ({
  providers,
  backends,
}: Pick<Answers, "providers" | "backends">): readonly Needed[] => [
  ...COMMON,
  ...providers.flatMap(({ variables }) => variables),
  ...backends.flatMap(({ variables }) => variables),
];

/** Asks for what is not known yet. An empty answer leaves a value to be filled in later. */
export async function askAll(asker: Asker, given: Given): Promise<Answers> {
  const providers =
    given.providers ?? (await choose(asker, "How do people reach the bot?", PROVIDERS, "none"));
  const backends =
    given.backends ?? (await choose(asker, "Who answers them?", BACKENDS, "templates"));
  const values = new Map(given.values);
  for (const needed of variablesOf({ providers, backends })) {
    if (values.has(needed.name)) continue;
    const value = await askFor(asker, needed);
    if (value !== "") values.set(needed.name, value);
  }
  return { providers, backends, values };
}

async function choose(
  asker: Asker,
  question: string,
  from: readonly Choice[],
  usual: string,
): Promise<readonly Choice[]> {
  const list = from.map(({ name, title }) => `  ${name.padEnd(10)} ${title}`).join("\n");
  for (;;) {
    const text = await asker.line(`${question}\n${list}\nOne or several, with commas [${usual}]: `);
    try {
      return readChoices(text === "" ? usual : text, from);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      await asker.line(`${error.message}. Enter to go on `);
    }
  }
}

function askFor(asker: Asker, { name, isSecret, isOwnWord, usual }: Needed): Promise<string> {
  const place = whereFound(name);
  const empty =
    isOwnWord === true
      ? "Enter makes one up"
      : usual === undefined
        ? "Enter leaves it out"
        : `Enter: ${usual}`;
  const hint = place === undefined ? "" : `\n  ${place}`;
  return asker.line(`\n${name}${hint}\n  [${empty}]: `, { hidden: isSecret === true });
}
