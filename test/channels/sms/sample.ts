import { z } from "zod";
import { ACCESS_KEY, PARTNER_KEY, PERSON, RAW_SETTINGS, SENDER } from "./sms-settings.ts";

/** What the provider takes of a message before sender and ids are added. Source: ACS SMS REST reference, send. */
const payloadSchema = z.strictObject({
  to: z.string().regex(/^\+[1-9]\d{6,14}$/),
  message: z.string().min(1).max(2048),
});

/** Lists what the provider would refuse in a payload. */
export function problemsOf(payload: unknown): readonly string[] {
  const { error } = payloadSchema.safeParse(payload);
  return (error?.issues ?? []).map(
    ({ path, message }) => `${path.map(String).join(".")}: ${message}`,
  );
}

/** What the suite over all channels is told of this one. */
export const SMS_SAMPLE = {
  settings: {
    ...RAW_SETTINGS,
    connection_string: `endpoint=${RAW_SETTINGS.endpoint};accesskey=${ACCESS_KEY}`,
    messaging_connect_key: PARTNER_KEY,
  },
  to: { account: SENDER, identities: [{ kind: "phone", value: PERSON }] },
  problemsOf,
} as const;
