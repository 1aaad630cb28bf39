import { closestLanguage } from "../language.ts";
import { fold, squeeze, wordsOf } from "./fold.ts";
import type { Intent } from "./library.ts";
import { spellOut } from "./slang.ts";

/** Finds the intents that have a text as an example or keyword; several only where intents of other names share it. */
export type FindExact = (text: string, language: string) => readonly Intent[];

/** Indexes what intents say word for word: as it folds, and with its short forms written out. */
export function indexExact(groups: ReadonlyMap<string, readonly Intent[]>): FindExact {
  const folded = new Map<string, Intent[]>();
  const spelled = new Map<string, Intent[]>();
  for (const [tag, intents] of groups) {
    for (const intent of intents) {
      for (const said of [...intent.keywords, ...intent.examples]) {
        add(folded, fold(said), intent);
        add(spelled, spelledKey(said, tag), intent);
      }
    }
  }
  return (text, language) => {
    const same = folded.get(fold(text));
    if (same !== undefined) return inClosest(same, language);
    const spelt = [...groups.keys()].flatMap((tag) => spelled.get(spelledKey(text, tag)) ?? []);
    return inClosest(spelt, language);
  };
}

function add(lists: Map<string, Intent[]>, key: string, intent: Intent): void {
  if (key === "" || key.endsWith(":")) return;
  const list = lists.get(key) ?? [];
  if (!list.includes(intent)) list.push(intent);
  lists.set(key, list);
}

function spelledKey(text: string, tag: string): string {
  return `${tag}:${squeeze(spellOut(wordsOf(text), tag).join(" "))}`;
}

/** Those of the wanted language where there are any, else all; of each name, the first. */
function inClosest(intents: readonly Intent[], language: string): readonly Intent[] {
  const tags = intents.map((intent) => intent.language).filter((tag) => tag !== undefined);
  const closest = closestLanguage(language, tags);
  const wanted = intents.filter((intent) => intent.language === closest);
  const left = wanted.length > 0 ? wanted : intents;
  return [
    ...new Map(left.toReversed().map((intent) => [intent.name, intent])).values(),
  ].toReversed();
}
