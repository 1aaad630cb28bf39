import { z } from "zod";
import { eventRow } from "../../db/events-read.ts";
import type { EventWithBody } from "../../db/events-read.ts";

/** A webhook with its body as text; bytes that are not UTF-8 show as U+FFFD. */
export const eventDetail = eventRow
  .extend({
    headers: z.record(z.string(), z.unknown()),
    body: z.string(),
    body_truncated: z.boolean(),
  })
  .meta({ id: "EventDetail" });

/** Shows a webhook whose body may have been read in part. */
export function showEvent(event: EventWithBody): z.infer<typeof eventDetail> {
  const truncated = event.body.length < event.body_bytes;
  // A character cut in two at the end is left out rather than shown as a broken one.
  const body = new TextDecoder("utf-8", { ignoreBOM: true }).decode(event.body, {
    stream: truncated,
  });
  return { ...event, body, body_truncated: truncated };
}
