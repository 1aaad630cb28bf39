import { z } from "zod";
import { isCountry } from "../../phone.ts";
import { routeRung, templateRequest } from "../../send-content.ts";
import { compileExpression } from "./expression.ts";

/** Characters of one expression. */
const MAX_EXPRESSION = 4_000;

/** Octets of a routing key and of the name of a queue. Source: AMQP 0-9-1, short strings. */
const MAX_NAME = 255;

const expression = z
  .string()
  .min(1)
  .max(MAX_EXPRESSION)
  .transform((source, context) => {
    try {
      return compileExpression(source);
    } catch (error) {
      const message = error instanceof Error ? error.message : "is no expression";
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
  });

const brokerName = z
  .string()
  .regex(/^[\w.:-]+$/, "letters, digits and . _ : - only")
  .max(MAX_NAME);

const routingKey = z
  .string()
  .regex(/^[\w:*#-]+(\.[\w:*#-]+)*$/, "not a routing key such as purchase_order.*")
  .max(MAX_NAME);

/** What a placeholder may be called. */
const placeholder = z.string().regex(/^\w{1,64}$/, "a name is letters, digits and _");

const params = z.union([z.record(placeholder, expression), z.array(expression)], {
  error: "a list of expressions, or expressions by name",
});

/** What becomes of one kind of event. */
export const rule = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9_-]{1,64}$/, "lower-case letters, digits, - and _ only"),
    /** The type of the events it is for. */
    event: brokerName,
    /** What the queue is bound to, where that is not the type. */
    routing_key: routingKey.optional(),
    /** Events for which it gives true are the rule's; all where absent. */
    when: expression.optional(),
    /** Names the event, so that the same one is not told twice. */
    id: expression.optional(),
    channel: z.string().min(1).max(63),
    account: z.string().min(1).max(200).optional(),
    to: expression,
    country: z.string().refine(isCountry, "not a country such as BR").optional(),
    language: expression.optional(),
    /** The template's language for what `language` gives. */
    languages: z.record(z.string(), z.string()).optional(),
    template: z
      .strictObject({
        name: templateRequest.shape.name,
        language: templateRequest.shape.language,
        params: params.optional(),
      })
      .optional(),
    text: z.string().min(1).max(65_536).optional(),
    /** What `{{placeholders}}` of the text and of the route stand for. */
    values: z.record(placeholder, expression).optional(),
    outside_window: z
      .union([z.enum(["fail", "wait"]), z.strictObject({ template: templateRequest })])
      .optional(),
    send_at: expression.optional(),
    priority: z.enum(["normal", "bulk"]).default("normal"),
    route: z.array(routeRung).max(5).default([]),
    correlation_id: expression.optional(),
  })
  .refine(({ template, text }) => (template === undefined) !== (text === undefined), {
    error: "give exactly one of template and text",
  });

/** The whole of `config/notifications.yml`. */
export const notificationFile = z.strictObject({
  exchange: brokerName.default("ponte.events"),
  queue: brokerName.default("ponte.notifications"),
  dead_letters: brokerName.default("ponte.notifications.dead"),
  notifications: z.array(rule).min(1),
});

export type NotificationRule = z.output<typeof rule>;
