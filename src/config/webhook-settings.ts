import { z } from "zod";
import { EVENT_TYPES, USUAL_EVENT_TYPES } from "../event-types.ts";
import { wholeNumber } from "../settings.ts";

/** Bytes of a signing secret. Source: Standard Webhooks 1.0, symmetric signatures. */
const SECRET_BYTES = { min: 24, max: 64 } as const;

const signingSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, "must be whsec_ and 24 to 64 bytes in Base64")
  .refine((secret) => {
    const { length } = Buffer.from(secret.slice("whsec_".length), "base64");
    return length >= SECRET_BYTES.min && length <= SECRET_BYTES.max;
  }, "must be whsec_ and 24 to 64 bytes in Base64");

const endpoint = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: "not an http or https URL", abort: true })
    .refine((url) => {
      const { username, password } = new URL(url);
      return username === "" && password === "";
    }, "must hold no user and no password: events are signed"),
  /** What events are signed with; from the environment only. */
  secret: signingSecret,
  /** Where absent, all but those of every message that goes out. */
  events: z
    .array(z.enum(EVENT_TYPES))
    .min(1)
    .default([...USUAL_EVENT_TYPES]),
  /** Milliseconds the receiver may take for its answer. */
  timeout_ms: wholeNumber(500, 30_000).default(15_000),
});

/** Where the operator's own systems are told of events. Names of receivers are kept with the events. */
export const webhookSettings = z.strictObject({
  endpoints: z
    .record(
      z.string().regex(/^[a-z0-9_-]{1,64}$/, {
        error: "a name is lower-case letters, digits, - and _",
      }),
      endpoint,
    )
    .default({}),
});
