import { z } from "zod";
import type { MessageContext, Referral } from "../../../messages.ts";
import {
  isRecord,
  optionalFlag,
  optionalIdentifier,
  optionalText,
  present,
} from "../../whatsapp/inbound/fields.ts";

/** From this score on, WhatsApp shows a message as forwarded many times. Source: Baileys, WAProto, `ContextInfo`. */
const FORWARDED_OFTEN = 4;

const contextSchema = z.object({
  stanzaId: optionalIdentifier,
  isForwarded: optionalFlag,
  forwardingScore: z.number().optional().catch(undefined),
});

const advertSchema = z.object({
  title: optionalText,
  body: optionalText,
  sourceType: optionalText,
  sourceUrl: optionalText,
  sourceId: optionalText,
  ctwaClid: optionalText,
});

/** Reads what was quoted or forwarded. The context stands in the content or beside it, by version; the first that tells counts. */
export function readContext(contexts: readonly unknown[]): MessageContext | undefined {
  return firstOf(contexts, (raw) => {
    const context = contextSchema.safeParse(raw).data;
    if (context === undefined) return {};
    const isOften = (context.forwardingScore ?? 0) >= FORWARDED_OFTEN;
    const forwarded = isOften ? ("many_times" as const) : ("once" as const);
    return present({
      quoted: context.stanzaId,
      forwarded: context.isForwarded === true ? forwarded : undefined,
    });
  });
}

/** Reads the advertisement that a conversation began with. */
export function readReferral(contexts: readonly unknown[]): Referral | undefined {
  return firstOf(contexts, (raw) => {
    const advert = advertSchema.safeParse(isRecord(raw) ? raw["externalAdReply"] : undefined).data;
    if (advert === undefined) return {};
    return present({
      sourceType: advert.sourceType,
      sourceId: advert.sourceId,
      sourceUrl: advert.sourceUrl,
      headline: advert.title,
      body: advert.body,
      clickId: advert.ctwaClid,
    });
  });
}

function firstOf<Value extends object>(
  contexts: readonly unknown[],
  read: (raw: unknown) => Value,
): Value | undefined {
  return contexts.map(read).find((value) => Object.keys(value).length > 0);
}
