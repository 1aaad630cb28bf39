import type { Question } from "../backend.ts";
import type { Slots } from "./interpolate.ts";

/** Slots that the bridge fills by itself. */
export const BUILT_IN_SLOTS = [
  "contact_name",
  "channel",
  "account",
  "language",
  "start_reference",
] as const;

/** Gives what the bridge knows of a question; names without a value are left out. */
export function builtInSlots(question: Question): Slots {
  const values: Record<(typeof BUILT_IN_SLOTS)[number], string | undefined> = {
    contact_name: question.contactName,
    channel: question.channel,
    account: question.account,
    language: question.language,
    start_reference: question.startReference,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
