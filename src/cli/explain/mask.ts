import { explanation } from "../../http/api/explain.ts";
import { figuresOf } from "../../http/api/figures.ts";
import { createNumberHider } from "../../http/api/hide-numbers.ts";
import type { Explanation } from "./find.ts";

/** Masks people's numbers, as the API does for whoever may not see them; our own account's stays. */
export function maskExplanation(explained: Explanation): Explanation {
  const { hide } = createNumberHider([explained.message.account]);
  return explanation.parse(hide(explained, figuresOf(explanation)));
}
