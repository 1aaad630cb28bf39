import type { AnswerContext, BackendTools } from "../backend.ts";
import type { OpenAiSettings } from "./settings.ts";

/** Which limit is used up, as a closed word. */
export type Spent = "contact_tokens_spent" | "tokens_spent";

export type FindSpent = (context: Pick<AnswerContext, "tokensToday">) => Promise<Spent | undefined>;

/** Builds the look at what was used today. The operator is told once a day of each limit that is reached. */
export function createBudget(
  settings: OpenAiSettings,
  { warn, now }: Pick<BackendTools, "warn" | "now">,
): FindSpent {
  const { tokens_per_contact_day: ofContact, tokens_per_day: ofAll } = settings;
  const told = new Map<Spent, string>();
  const tell = (spent: Spent): Spent => {
    const day = now().toISOString().slice(0, 10);
    if (told.get(spent) !== day) warn(`${SENTENCES[spent]} until midnight UTC`);
    told.set(spent, day);
    return spent;
  };
  return async ({ tokensToday }) => {
    if (ofContact === undefined && ofAll === undefined) return undefined;
    const used = await tokensToday();
    if (used.all >= (ofAll ?? Infinity)) return tell("tokens_spent");
    return used.contact >= (ofContact ?? Infinity) ? tell("contact_tokens_spent") : undefined;
  };
}

const SENTENCES: Readonly<Record<Spent, string>> = {
  tokens_spent: "the day's tokens are used up (tokens_per_day): the model is not asked",
  contact_tokens_spent:
    "somebody used up one person's tokens (tokens_per_contact_day): for them the model is not asked",
};
