import { z } from "zod";
import { isCountry } from "../../phone.ts";
import {
  contentFields,
  isOneContent,
  ONE_CONTENT,
  routeRung,
  templateRequest,
} from "../../send-content.ts";
import { storableText } from "../../storable.ts";
import { id, textFilter, timeFilter } from "./parameters.ts";

/** Placeholders of one request, and characters of a value. */
const VALUES = { count: 100, length: 4_096 } as const;

/** Further channels of one message. */
const MAX_RUNGS = 5;

const values = z
  .record(z.string().min(1).max(128), z.string().max(VALUES.length))
  .refine((given) => Object.keys(given).length <= VALUES.count, `at most ${VALUES.count}`)
  .default({})
  .meta({ description: "What stands for the `{{placeholders}}` of every content." });

const outsideWindow = z
  .union([z.enum(["fail", "wait"]), z.strictObject({ template: templateRequest })])
  .default("fail")
  .meta({
    description:
      "Where the customer-service window is closed: an error, waiting for the person (at most 7 days), or a template instead.",
  });

/** What is to be sent, to whom and when. */
export const sendBody = z
  .strictObject({
    channel: textFilter.optional().meta({
      description: "The name of a configured channel; may be absent with `conversation_id`.",
    }),
    account: textFilter
      .optional()
      .meta({ description: "Where absent, the one that the person wrote to last, or the first." }),
    to: textFilter.optional().meta({
      description: "A phone number such as +5561991112222, or a business-scoped user id.",
    }),
    contact_id: id.optional(),
    conversation_id: id.optional().meta({
      description: "Writes to the person of a conversation, on its channel and from its account.",
    }),
    ...contentFields,
    values,
    language: z
      .string()
      .regex(/^[a-z]{2,3}([_-][A-Za-z]{2})?$/, "not a language such as pt_BR")
      .optional()
      .meta({ description: "Of templates that name none." }),
    default_country: z
      .string()
      .refine(isCountry, "not a country such as BR")
      .optional()
      .meta({ description: "The country of numbers without a country code." }),
    outside_window: outsideWindow,
    send_at: timeFilter
      .optional()
      .meta({ description: "Not before this time, which may be a year ahead." }),
    priority: z
      .enum(["normal", "bulk"])
      .default("normal")
      .meta({ description: "`bulk` lets everybody else's messages go first." }),
    correlation_id: z
      .string()
      .min(1)
      .max(200)
      .transform(storableText)
      .optional()
      .meta({ description: "Your own name for it: a filter of `GET /messages`, told in events." }),
    route: z.array(routeRung).max(MAX_RUNGS).default([]).meta({
      description: "Channels to try in order, when the one before is known not to reach.",
    }),
    dry_run: z
      .boolean()
      .default(false)
      .meta({ description: "Checks and renders everything, and sends nothing." }),
  })
  .refine(isOneContent, { path: ["text"], error: ONE_CONTENT })
  .refine(
    ({ to, contact_id: contact, conversation_id: conversation }) =>
      [to, contact, conversation].filter((one) => one !== undefined).length === 1,
    { path: ["to"], error: "give exactly one of to, contact_id and conversation_id" },
  )
  .refine(
    ({ channel, conversation_id: conversation }) =>
      channel !== undefined || conversation !== undefined,
    { path: ["channel"], error: "say on which channel, or give a conversation_id" },
  )
  .meta({ id: "SendMessage" });

export type SendBody = z.output<typeof sendBody>;

/** What became of a request to send. */
export const sendAnswer = z
  .strictObject({
    id: z.guid(),
    status: z.enum(["queued", "held", "dry_run"]),
    held_for: z.enum(["schedule", "window"]).nullable(),
    held_until: z.iso.datetime().nullable(),
    conversation_id: z.guid().nullable(),
    contact_id: z.guid().nullable(),
    messages: z
      .array(
        z.strictObject({
          id: z.guid(),
          text: z.string().optional(),
          payload: z.unknown().optional(),
        }),
      )
      .meta({ description: "In sending order; the first has the id of the request." }),
    notes: z.array(z.object({ code: z.string(), detail: z.string() })),
    window: z
      .enum(["open", "closed", "none"])
      .optional()
      .meta({ description: "The customer-service window, of a dry run." }),
  })
  .meta({ id: "SentMessage" });
