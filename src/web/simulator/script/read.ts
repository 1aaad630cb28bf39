import { parseScript, type Script, ScriptError } from "../../../simulator/script.ts";

/** What a text is as a script: the script, or what is wrong with it, a line each. */
export type Reading =
  { readonly script: Script } | { readonly script?: never; readonly problems: readonly string[] };

/** Reads a script that somebody wrote or sent; whatever it is, nothing is thrown and nothing is run. */
export function readScriptText(text: string): Reading {
  try {
    return { script: parseScript(text) };
  } catch (thrown) {
    if (thrown instanceof ScriptError) return { problems: thrown.problems };
    throw thrown;
  }
}
