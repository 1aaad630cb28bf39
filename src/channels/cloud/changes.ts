import { z } from "zod";
import type { ChannelEvent } from "../../messages.ts";
import { anything, optionalText, readTime } from "../whatsapp/inbound/fields.ts";
import { readIdentities, readIdentity } from "../whatsapp/inbound/identities.ts";

const userIdSchema = z.object({
  wa_id: anything,
  parent_user_id: anything,
  user_id: z.object({ previous: anything, current: anything }),
  timestamp: anything,
});

/** Reads one element of `user_id_update`: a person's user id was replaced. */
export function readUserIdUpdate(raw: unknown, account: string, time: string): ChannelEvent {
  const update = userIdSchema.safeParse(raw).data;
  const previous = readIdentity(update?.user_id.previous);
  const current = readIdentity(update?.user_id.current);
  if (update === undefined || previous === undefined || current === undefined) {
    return { kind: "unsupported", account, what: "user_id_update that cannot be read" };
  }
  const at = readTime(update.timestamp) ?? time;
  return {
    kind: "identity",
    account,
    externalId: `user_id_update:${previous.value}:${current.value}:${at}`,
    previous,
    current: readIdentities([update.wa_id, current.value]),
  };
}

const preferenceSchema = z.object({
  wa_id: anything,
  user_id: anything,
  parent_user_id: anything,
  category: z.literal("marketing_messages"),
  value: z.enum(["stop", "resume", "signup"]),
  signup_id: optionalText,
  timestamp: anything,
});

/** Reads one element of `user_preferences`: a person switched marketing messages off or on. */
export function readPreference(raw: unknown, account: string, time: string): ChannelEvent {
  const preference = preferenceSchema.safeParse(raw).data;
  if (preference === undefined) {
    return { kind: "unsupported", account, what: "user_preferences that cannot be read" };
  }
  const identities = readIdentities([
    preference.wa_id,
    preference.user_id,
    preference.parent_user_id,
  ]);
  const [person] = identities;
  if (person === undefined) {
    return { kind: "unsupported", account, what: "user_preferences without a known person" };
  }
  const at = readTime(preference.timestamp) ?? time;
  return {
    kind: "preference",
    account,
    externalId: `user_preferences:${person.value}:${preference.value}:${at}`,
    identities,
    scope: "marketing",
    optedOut: preference.value === "stop",
    at,
  };
}
