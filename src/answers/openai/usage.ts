import { z } from "zod";
import type { Usage } from "../backend.ts";
import { estimateTokens } from "./window.ts";
import type { Line, ModelRequest } from "./model.ts";
import type { OpenAiSettings } from "./settings.ts";

const MILLION = 1_000_000;

/** A count of tokens as a server tells it; anything else counts as not told. */
export const tokenCount = () => z.int().min(0).max(100_000_000).optional().catch(undefined);

/** What a server told of its work, in the words of neither protocol. */
export interface Told {
  readonly model?: string | undefined;
  readonly tokensIn?: number | undefined;
  readonly tokensOut?: number | undefined;
  /** Tokens of the input that the server still knew, which cost less. */
  readonly cached?: number | undefined;
  readonly requestId?: string | undefined;
}

/** Says what an answer used and cost. Where a server does not count, the length of what was said is the measure. */
export function usageOf(
  told: Told,
  request: ModelRequest,
  answered: string,
  { prices, model }: OpenAiSettings,
): Usage {
  const tokensIn = told.tokensIn ?? estimateInput(request);
  const tokensOut = told.tokensOut ?? estimateTokens(answered);
  const cached = Math.min(told.cached ?? 0, tokensIn);
  return {
    model: told.model ?? model,
    tokensIn,
    tokensOut,
    ...(prices && { cost: costOf({ tokensIn, tokensOut, cached }, prices) }),
    ...(told.requestId !== undefined && { requestId: told.requestId }),
  };
}

function costOf(
  used: { readonly tokensIn: number; readonly tokensOut: number; readonly cached: number },
  { input, output, cached = input }: NonNullable<OpenAiSettings["prices"]>,
): number {
  const fresh = used.tokensIn - used.cached;
  return (fresh * input + used.cached * cached + used.tokensOut * output) / MILLION;
}

function estimateInput({ system, history, text }: ModelRequest): number {
  const lines: readonly Line[] = history;
  return [system, text, ...lines.map((line) => line.text)].reduce(
    (sum, part) => sum + estimateTokens(part),
    0,
  );
}
