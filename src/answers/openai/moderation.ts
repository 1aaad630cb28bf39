import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { CallModel } from "./client.ts";
import type { OpenAiSettings } from "./settings.ts";

const body = z.object({ results: z.array(z.object({ flagged: z.boolean() })).min(1) });

/** Says whether a text must not be passed on. Throws `answer_*`: what cannot be judged is not passed on either. */
export type IsFlagged = (text: string, signal: AbortSignal) => Promise<boolean>;

/** Builds the judge of what people write, or of what models write; one that allows everything where it is not asked for. */
export function createModeration(
  settings: OpenAiSettings,
  call: CallModel,
  side: "input" | "output",
): IsFlagged {
  const { moderation, moderation_model: model } = settings;
  const isAsked = moderation === "both" || moderation === side;
  return async (text, signal) => {
    if (!isAsked || text === "") return false;
    const called = await call(
      (client, options) => client.moderations.create({ model, input: text }, options),
      signal,
    );
    if (called.kind === "declined") return true;
    const parsed = body.safeParse(called.body);
    if (!parsed.success) {
      throw new BridgeError("answer_unreadable", "the moderation's answer has another shape");
    }
    return parsed.data.results.some(({ flagged }) => flagged);
  };
}
