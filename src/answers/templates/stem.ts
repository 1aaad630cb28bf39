import snowball from "snowball-stemmers";
import { primaryLanguage } from "../language.ts";
import { plain, squeeze } from "./fold.ts";

/** Reduces a plain word to what its forms have in common: "lampadas" and "lâmpada" give the same. */
export type Stem = (word: string) => string;

/** Snowball's name of a language, and the word endings that people type without the accents its rules look for. */
interface Rules {
  readonly algorithm: string;
  readonly endings: readonly (readonly [RegExp, string])[];
}

const RULES: ReadonlyMap<string, Rules> = new Map([
  [
    "pt",
    {
      algorithm: "portuguese",
      endings: [
        [/cao$/, "ção"],
        [/coes$/, "ções"],
        [/sao$/, "são"],
        [/soes$/, "sões"],
        [/([ae])ncia(s?)$/, "$1̂ncia$2"],
        [/([ai])vel$/, "$1́vel"],
      ],
    },
  ],
  [
    "es",
    {
      algorithm: "spanish",
      endings: [
        [/cion$/, "ción"],
        [/sion$/, "sión"],
      ],
    },
  ],
  ["en", { algorithm: "english", endings: [] }],
]);

/** Makes the stemmer of a language; of one that is not known, it leaves words as they are but for doubled letters. */
export function createStemmer(language: string): Stem {
  const rules = RULES.get(primaryLanguage(language));
  if (rules === undefined) return squeeze;
  const { algorithm, endings } = rules;
  const stemmer = snowball.newStemmer(algorithm);
  return (word) => {
    const ending = endings.find(([written]) => written.test(word));
    const accented = ending === undefined ? word : word.replace(...ending);
    return squeeze(plain(stemmer.stem(accented.normalize("NFC"))));
  };
}
