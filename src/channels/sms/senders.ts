import type { SmsSettings } from "./settings.ts";

/** Digits of a phone number with its country. Source: ITU-T E.164. */
const PHONE = /^\+?([1-9]\d{6,14})$/;

/** The digits of a phone number, which events give with and without `+`; undefined for short codes and names. */
export function phoneDigits(raw: unknown): string | undefined {
  return typeof raw === "string" ? PHONE.exec(raw.trim())?.[1] : undefined;
}

/** Finds which of our senders an event means: events leave out the `+`. */
export function findSender(raw: unknown, { senders }: SmsSettings): string | undefined {
  if (typeof raw !== "string") return undefined;
  return senders.find((sender) => plain(sender) === plain(raw));
}

function plain(sender: string): string {
  return sender.trim().replace(/^\+/, "").toLowerCase();
}
