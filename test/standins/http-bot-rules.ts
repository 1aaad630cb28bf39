import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { BotCall } from "./http-bot-server.ts";

const line = z.strictObject({
  role: z.enum(["user", "assistant"]),
  text: z.string(),
  at: z.iso.datetime(),
});

/** The body of a call, as `docs/http-backend.md` has it. */
export const contractBody = z.strictObject({
  sender: z.string().min(1),
  message: z.string(),
  conversation_id: z.uuid(),
  message_id: z.string().min(1),
  timestamp: z.iso.datetime(),
  locale: z.string().min(2),
  channel: z.string().min(1),
  channel_type: z.string().min(1),
  input: z.looseObject({
    type: z.string().min(1),
    trusted: z.boolean(),
    payload: z.string().optional(),
    media: z.looseObject({ caption: z.string().nullable() }).optional(),
  }),
  profile: z.looseObject({ name: z.string().optional() }),
  session: z.strictObject({ new: z.boolean(), started_at: z.iso.datetime() }),
  start_reference: z.string().optional(),
  slots: z.record(z.string(), z.unknown()),
  history: z.array(line),
  metadata: z.record(z.string(), z.unknown()),
});

const header = (call: BotCall, name: string): string => String(call.headers[name] ?? "");

/** What is wrong with the head of a call, one sentence each. */
export function headProblems(call: BotCall): readonly string[] {
  const checks: readonly (readonly [boolean, string])[] = [
    [call.method === "POST", "the method is not POST"],
    [header(call, "content-type").startsWith("application/json"), "the type is not JSON"],
    [header(call, "x-bridge-contract") === "1", "the contract is not 1"],
    [z.uuid().safeParse(header(call, "x-bridge-event-id")).success, "the event id is no UUID"],
    [/^\d{10}$/.test(header(call, "x-bridge-timestamp")), "the timestamp is no seconds"],
  ];
  return checks.filter(([isRight]) => !isRight).map(([, problem]) => problem);
}

/** Whether the signature fits the timestamp and the very bytes of the body. */
export function isSigned(call: BotCall, secret: string): boolean {
  const [, digest = ""] = /^v1=([0-9a-f]{64})$/.exec(header(call, "x-bridge-signature")) ?? [];
  const signed = Buffer.from(`${header(call, "x-bridge-timestamp")}.${call.text}`, "utf8");
  const expected = createHmac("sha256", Buffer.from(secret, "utf8")).update(signed).digest();
  const given = Buffer.from(digest, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
