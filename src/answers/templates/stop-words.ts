import { primaryLanguage } from "../language.ts";

/** Words that say little about what is wanted, plain: grammar, courtesy, and the verbs that any wish begins with. */
const STOP_WORDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    "pt",
    toSet(`nao a o as os um uma uns umas de da do das dos em no na nos nas ao aos e ou que se com por para pelo pela eu
      voce voces ele ela nos me te lhe meu minha meus minhas seu sua seus suas isso isto esse essa este esta aqui la
      ai ja so mais muito muita tambem bem como qual quais quando onde quanto quem ser estar ter estou esta estao
      tem tenho foi era sou sao vou vai ir fazer faco faz posso pode podem poderia consigo consegue quero queria
      gostaria preciso precisava saber ver dar favor gentileza oi ola opa bom boa dia tarde noite tudo moco moca
      senhor senhora obrigado obrigada gente pessoal alguem ta sim entao agora ainda vcs porque fica sobre`),
  ],
  [
    "es",
    toSet(`no a al el la los las lo un una unos unas de del en y o u que se con por para yo tu usted ustedes el ella me te
      le mi mis su sus eso esto ese esa este esta aqui alla ya solo mas muy tambien bien como cual cuales cuando
      donde cuanto cuanta quien ser estar tener estoy esta estan tiene tengo hay fue era soy son voy va ir hacer hago
      hace puedo puede pueden podria quiero queria quisiera gustaria necesito saber ver dar favor hola buenos buenas
      buen dia dias tardes noches tal gracias senor senora alguien si entonces ahora todavia porque sobre me mucho`),
  ],
  [
    "en",
    toSet(`a an the of in on at to for from by with and or that this these those is are am was were be been it its i
      you he she we they me my mine your our their here there so just very also well how what which when where who
      do does did have has had got will would can could should may might want need like know see get give let please
      hi hello hey good morning afternoon evening thanks sir madam guys someone yes then now still because about s t
      m re ve ll d not if`),
  ],
]);

/** Tells words that say little in a language; in one that is not known, none does. */
export function isStopWord(word: string, language: string): boolean {
  return STOP_WORDS.get(primaryLanguage(language))?.has(word) ?? false;
}

/** Guesses the language of words among `pt`, `es` and `en`; gives undefined where they show none. */
export function guessLanguage(words: readonly string[]): string | undefined {
  const counts = [...STOP_WORDS].map(([language, stops]) => ({
    language,
    count: words.filter((word) => stops.has(word)).length,
  }));
  const [best] = counts.toSorted((one, other) => other.count - one.count);
  return best === undefined || best.count === 0 ? undefined : best.language;
}

function toSet(written: string): ReadonlySet<string> {
  return new Set(written.split(/\s+/));
}
