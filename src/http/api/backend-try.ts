import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import { mustStandAbove } from "./caller.ts";
import { note } from "./note.ts";
import { nothing, textFilter } from "./parameters.ts";
import { defineRoute } from "./route.ts";

/** Characters of a text that a backend is tried with: the longest one that a person can send in WhatsApp. */
const MAX_TEXT_LENGTH = 4_096;

/** One message of an answer as the backend gave it, before any channel changed it. */
const canonicalReply = z
  .looseObject({
    text: z.string().optional(),
    buttons: z
      .array(z.looseObject({ title: z.string(), payload: z.string().optional() }))
      .optional(),
    image: z.string().optional(),
    attachment: z.unknown().optional(),
    custom: z.unknown().optional(),
  })
  .meta({ id: "Reply", description: "Rasa's own words; docs/conversion.md lists them." });

/** What a backend is asked. */
const backendTrial = z
  .strictObject({
    text: z.string().min(1).max(MAX_TEXT_LENGTH),
    language: z
      .string()
      .min(2)
      .max(35)
      .optional()
      .meta({ description: "BCP 47 tag; the installation's own language where absent." }),
    as_channel: textFilter
      .optional()
      .meta({ description: "The channel whose payloads are shown." }),
  })
  .meta({ id: "BackendTrial" });

/** What it said, and what a channel would make of it. */
export const backendTrialAnswer = z
  .strictObject({
    outcome: z.enum(["answered", "no_answer", "failed"]),
    replies: z.array(canonicalReply),
    ms: z.int(),
    confidence: z.number().nullable(),
    intent: z.string().nullable(),
    error: z.strictObject({ code: z.string(), detail: z.string() }).nullable(),
    rendered: z.array(
      z.strictObject({
        channel: z.string(),
        payloads: z.array(z.unknown()),
        notes: z.array(note),
      }),
    ),
  })
  .meta({ id: "BackendTrialAnswer" });

/** Asks a backend for an operator. */
export const backendTryRoutes = [
  defineRoute({
    method: "post",
    path: "/backends/{name}/try",
    scope: "admin",
    summary: "Asks one backend outside any conversation, and shows what it says",
    tag: "backends",
    query: nothing,
    body: backendTrial,
    answer: backendTrialAnswer,
    handle: async ({ name, body }, { tryBackend, channels, caller }) => {
      mustStandAbove(caller);
      const { text, language, as_channel: asChannel } = body;
      if (asChannel !== undefined && !channels.has(asChannel))
        throw new BridgeError("request_not_found", "no channel has this name");
      const tried = await tryBackend(name, { text, language, asChannel });
      if (tried === undefined)
        throw new BridgeError("request_not_found", "no backend has this name");
      return backendTrialAnswer.parse(tried);
    },
  }),
] as const;
