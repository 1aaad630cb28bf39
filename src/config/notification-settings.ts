import { z } from "zod";
import { flag, wholeNumber } from "../settings.ts";

/** Messages that events of other systems ask for. */
export const notificationSettings = z.strictObject({
  enabled: flag().default(false),
  /** Where the events come from; the password is a secret. */
  rabbitmqUrl: z.url({ protocol: /^amqps?$/, error: "not an amqp:// or amqps:// URL" }).optional(),
  /** What becomes of which event. */
  file: z.string().min(1).default("config/notifications.yml"),
  /** Events under way at once. */
  prefetch: wholeNumber(1, 1_000).default(20),
});
