import { z } from "zod";
import type { AttemptRow, MessageHistory, StatusRow } from "../../db/message-history-read.ts";
import type { MessageRow } from "../../db/messages-read.ts";
import type { RouteStep } from "../../db/substitutes.ts";
import { messageRow } from "../../db/messages-read.ts";
import type { ErrorContext } from "./error-report.ts";
import { errorReport, reportError } from "./error-report.ts";

/** One message of the log, with its error explained. */
export const message = messageRow.extend({ error: errorReport.nullable() }).meta({ id: "Message" });

const attempt = z
  .strictObject({
    attempt: z.int(),
    outcome: z.enum(["sent", "retry", "failed", "uncertain"]),
    external_id: z.string().nullable(),
    evidence: z.string().nullable().meta({
      description:
        "The provider's answer, where its documentation does not say what it looks like.",
    }),
    error: errorReport.nullable(),
    started_at: z.iso.datetime().nullable(),
    finished_at: z.iso.datetime(),
  })
  .meta({ id: "Attempt", description: "One try to send a message." });

const status = z
  .strictObject({
    status: z.string(),
    external_id: z.string(),
    at: z.iso.datetime(),
    error: errorReport.nullable(),
    recorded_at: z.iso.datetime(),
  })
  .meta({ id: "ReportedStatus", description: "A status that the provider reported." });

/** A message with every try and every reported status, oldest first. */
export const messageDetail = message
  .extend({ attempts: z.array(attempt), statuses: z.array(status) })
  .meta({ id: "MessageDetail" });

/** The same, with all messages that are one to whoever asked for it: each but the first was sent instead of the one before. */
export const routedMessage = messageDetail
  .extend({
    route: z.array(z.strictObject({ id: z.guid(), channel: z.string(), status: z.string() })),
    outcome: z.string().meta({ description: "The status of the last message of the route." }),
  })
  .meta({ id: "RoutedMessage" });

/** Shows the way of a message; one that still waits to be answered has none but itself. */
export function showRoute(
  { id, channel, status: own }: MessageRow,
  steps: readonly RouteStep[],
): Pick<z.infer<typeof routedMessage>, "route" | "outcome"> {
  const route = steps.map((step) => ({ id: step.id, channel: step.channel, status: step.status }));
  return {
    route: route.length > 0 ? route : [{ id, channel, status: own }],
    outcome: route.at(-1)?.status ?? own,
  };
}

type Explaining = Omit<ErrorContext, "channel">;

/** Shows a row of the log. */
export function showMessage(row: MessageRow, context: Explaining): z.infer<typeof message> {
  return { ...row, error: reportError(row.error, { ...context, channel: row.channel }) };
}

function showAttempt(row: AttemptRow, context: ErrorContext): z.infer<typeof attempt> {
  const { message_id: _, ...shown } = row;
  return { ...shown, error: reportError(row.error, context) };
}

function showStatus(row: StatusRow, context: ErrorContext): z.infer<typeof status> {
  const { message_id: _, ...shown } = row;
  return { ...shown, error: reportError(row.error, context) };
}

/** Shows a message together with its own part of a history. */
export function showDetail(
  row: MessageRow,
  history: MessageHistory,
  context: Explaining,
): z.infer<typeof messageDetail> {
  const inChannel = { ...context, channel: row.channel };
  return {
    ...showMessage(row, context),
    attempts: history.attempts
      .filter(({ message_id }) => message_id === row.id)
      .map((tried) => showAttempt(tried, inChannel)),
    statuses: history.statuses
      .filter(({ message_id }) => message_id === row.id)
      .map((reported) => showStatus(reported, inChannel)),
  };
}
