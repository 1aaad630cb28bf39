import { z } from "zod";
import { LONGEST_DELAY_MS } from "../../simulator/behaviours.ts";
import { externalId, saidContent } from "../../simulator/content-schema.ts";
import type { SaidMessage } from "../../simulator/orders.ts";
import { timeFilter } from "./parameters.ts";

/** A simulated person: a number in E.164, which becomes digits without `+`. */
export const person = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, "must be a number such as +5561987654321")
  .transform((number) => number.slice(1))
  .meta({
    description: "In E.164.",
    override: ({ jsonSchema }) => {
      Object.assign(jsonSchema, { type: "string", pattern: "^\\+[1-9]\\d{6,14}$" });
    },
  });

export const line = z.string().min(1).max(63).meta({ description: "A simulated line's name." });

const times = z.int().min(1).max(5).default(1).meta({ description: "How often the call comes." });

const signature = z.enum(["good", "bad", "missing"]).default("good");

const lineFailure = z.strictObject({
  code: z.string(),
  title: z.string(),
  when: z.enum(["at_once", "later"]),
});

/** A simulated line, with what a person can do on it. */
const lineShown = z
  .strictObject({
    channel: z.string(),
    type: z.string(),
    account: z.string(),
    title: z.string(),
    features: z.strictObject({
      buttons: z.boolean(),
      lists: z.boolean(),
      media: z.boolean(),
      location: z.boolean(),
      templates: z.boolean(),
      voice: z.boolean(),
      batches: z.boolean(),
      reads: z.boolean(),
      typed_choices: z.boolean(),
    }),
    failures: z.array(lineFailure),
  })
  .meta({ id: "SimulatorLine" });

export const simulatorShown = z
  .strictObject({ mode: z.enum(["open", "admin"]), lines: z.array(lineShown) })
  .meta({ id: "Simulator" });

const saidMessage = z.strictObject({
  from: person,
  name: z.string().max(200).optional(),
  id: externalId.optional().meta({ description: "Of a message that is to come again." }),
  sent_at: timeFilter.optional(),
  quoted: externalId.optional().meta({ description: "The provider's id of the message answered." }),
  content: saidContent,
});

export const webhookOrder = z
  .strictObject({
    channel: line,
    messages: z.array(saidMessage).min(1).max(20),
    times,
    order: z.enum(["given", "reversed"]).default("given"),
    delay_ms: z.int().min(0).max(LONGEST_DELAY_MS).default(0).meta({
      description: "Up to 5000 the answer waits for the calls; beyond, it comes without them.",
    }),
    signature,
  })
  .meta({ id: "SimulatorWebhooks" });

export const statusOrder = z
  .strictObject({
    channel: line,
    message_id: z.guid().meta({ description: "Our id of a message that was sent." }),
    status: z.enum(["sent", "delivered", "read", "failed"]),
    error_code: z
      .string()
      .regex(/^\w{1,40}$/, "must be a code")
      .optional(),
    times,
    signature,
  })
  .meta({ id: "SimulatorStatus" });

/** The calls that the provider made, and what it was told. */
export const madeCalls = z
  .strictObject({
    calls: z.array(
      z.strictObject({
        method: z.string(),
        url: z.string(),
        headers: z.record(z.string(), z.string()),
        body: z.string().meta({ description: "As it was sent, to the byte." }),
        status: z.int().meta({ description: "0 where no answer came." }),
        answer: z.string(),
        ms: z.int(),
      }),
    ),
    messages: z.array(z.strictObject({ external_id: z.string() })),
  })
  .meta({ id: "SimulatorCalls" });

export const behaviourShown = z
  .strictObject({
    channel: z.string(),
    person: z.string(),
    ticks: z.enum(["auto", "manual"]),
    delay_ms: z.int(),
    reads: z.boolean(),
    fail_code: z.string().nullable(),
  })
  .meta({ id: "SimulatorBehaviour" });

export const behaviourChange = z
  .strictObject({
    channel: line,
    person,
    ticks: z.enum(["auto", "manual"]).optional(),
    delay_ms: z.int().min(0).max(LONGEST_DELAY_MS).optional(),
    reads: z.boolean().optional(),
    fail_code: z.string().min(1).max(40).nullable().optional(),
  })
  .meta({ id: "SimulatorBehaviourChange" });

export const clockMove = z
  .strictObject({
    channel: line,
    person,
    hours: z.number().min(0).max(720).meta({ description: "Since the person last wrote." }),
  })
  .meta({ id: "SimulatorClock" });

export const clockShown = z
  .strictObject({
    conversation_id: z.guid(),
    window_open: z.boolean(),
    window_expires_at: z.iso.datetime().nullable(),
  })
  .meta({ id: "SimulatorWindow" });

/** A message of the API as the simulator takes it. */
export function toSaid(message: z.output<typeof saidMessage>): SaidMessage {
  const { from, name, id, sent_at: sentAt, quoted, content } = message;
  const said = { from, name, externalId: id, sentAt, quoted };
  if (content.type !== "media") return { ...said, content };
  const { file_id: fileId, file_name: fileName, ...media } = content;
  return { ...said, content: { ...media, fileId, fileName } };
}
