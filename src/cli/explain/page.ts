import { textBubble } from "../../web/shared/bubble/bubble.ts";
import { readPayload } from "../../web/shared/bubble/read-bubble.ts";
import { parseJson } from "../api-answer.ts";
import { drawBubble } from "../simulate/picture.ts";
import { safeLine, safeText } from "../simulate/safe-text.ts";
import type { Output } from "../terminal.ts";
import type { Explanation } from "./find.ts";

type Paint = Output["paint"];
type Reply = Explanation["replies"][number];

const indent = (lines: readonly string[]): string[] => lines.map((line) => `   ${line}`.trimEnd());

/** JSON over several lines; what is no JSON as it is. */
function jsonLines(value: unknown): string[] {
  return safeText(JSON.stringify(value, null, 2) ?? "null").split("\n");
}

function msBetween(from: string | null, to: string | null): string {
  return from === null || to === null ? "" : ` (${Date.parse(to) - Date.parse(from)} ms)`;
}

/** One message's whole way, a part for each step; what did not happen or is no longer kept is said. */
export function explainText(explained: Explanation, paint: Paint): string {
  const parts = [
    ["1. Webhook", webhookLines(explained)],
    ["2. Parsed", parsedLines(explained)],
    ["3. Answer", answerLines(explained)],
    ["4. Sent", explained.replies.flatMap(replyLines)],
  ] as const;
  const text = parts.map(([title, lines]) =>
    [paint("bold", title), ...indent(lines.length === 0 ? ["nothing"] : lines)].join("\n"),
  );
  return [headLines(explained, paint).join("\n"), ...text].join("\n\n");
}

function headLines({ message }: Explanation, paint: Paint): string[] {
  const { id, direction, status, channel, account, text } = message;
  const way = direction === "in" ? "from a person" : "from us";
  return [
    `${paint("bold", `Message ${id}`)}  ${way}, ${status}`,
    ...indent([
      `channel ${channel}, account ${account}, ${message.created_at}`,
      `conversation ${message.conversation_id}, contact ${message.contact_id}`,
      ...(message.external_id === null ? [] : [`the provider calls it ${message.external_id}`]),
      `"${safeLine(text)}"`,
    ]),
  ];
}

function webhookLines({ webhook, message, parsed }: Explanation): string[] {
  if (webhook === null) {
    if (parsed === null && message.direction === "out" && message.in_reply_to === null)
      return ["none: nobody asked for this message"];
    return ["not kept any more, or it came without one"];
  }
  const { id, channel, received_at: at, body_bytes: bytes, state, event_count: events } = webhook;
  const body = parseJson(webhook.body);
  return [
    `${id}, ${channel}, ${at}, ${bytes} bytes, ${events} ${events === 1 ? "event" : "events"}, ${state}`,
    ...(webhook.reason === null ? [] : [`reason: ${safeLine(webhook.reason)}`]),
    ...(body === undefined ? safeText(webhook.body).split("\n") : jsonLines(body)),
    ...(webhook.body_truncated ? [`(the first part; GET /api/v1/events/${id} has all of it)`] : []),
  ];
}

function parsedLines({ parsed }: Explanation): string[] {
  if (parsed === null) return [];
  const { received_at: received, done_at: done, dead_at: dead, attempts } = parsed;
  const end =
    dead !== null
      ? `given up ${dead}: ${safeLine(`${parsed.dead_reason ?? ""} ${parsed.dead_detail ?? ""}`)}`
      : done === null
        ? "not done yet"
        : `done ${done}${msBetween(received, done)}`;
  return [`received ${received}, attempts ${attempts}, ${end}`, ...jsonLines(parsed.message)];
}

function answerLines({ interaction }: Explanation): string[] {
  if (interaction === null) return [];
  const { backend, intent_detected: intent, confidence, template_used: template } = interaction;
  const sure = confidence === null ? "" : ` (${confidence.toFixed(2)})`;
  const facts = [
    `backend ${backend ?? "none"}`,
    ...(intent === null ? [] : [`intent ${intent}${sure}`]),
    ...(template === null ? [] : [`template ${template}`]),
    ...(interaction.model === null ? [] : [`model ${interaction.model}`]),
    `${interaction.processing_time_ms} ms`,
    interaction.success ? "success" : "no success",
    ...(interaction.fallback_used ? ["fallback used"] : []),
  ];
  return [
    safeLine(facts.join(", ")),
    ...interaction.backend_chain.map((step) => stepLine(step)),
    ...(interaction.error_message === null
      ? []
      : [`error: ${safeLine(interaction.error_message)}`]),
    ...(interaction.replies === null ? [] : ["it said", ...jsonLines(interaction.replies)]),
  ];
}

function stepLine(step: NonNullable<Explanation["interaction"]>["backend_chain"][number]): string {
  const { backend, outcome, ms, ...more } = step;
  const words = Object.entries(more).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return safeLine([`- ${backend}: ${outcome}, ${ms} ms`, ...words].join(", "));
}

function replyLines(reply: Reply, index: number, all: readonly Reply[]): string[] {
  const { id, status, channel, text, payload, notes, attempts, statuses } = reply;
  return [
    ...(index === 0 ? [] : [""]),
    `${index + 1} of ${all.length}: ${id}, ${channel}, ${status}`,
    ...drawBubble(readPayload(payload, "", text) ?? textBubble(text)),
    ...jsonLines(payload),
    ...notes.map(({ code, detail }) => `note ${code}: ${safeLine(detail)}`),
    ...attempts.map(attemptLine),
    ...statuses.map((one) => `status ${one.status} ${one.at}${errorWords(one.error)}`),
  ];
}

function attemptLine(tried: Reply["attempts"][number]): string {
  const { attempt, outcome, started_at: started, finished_at: finished, external_id: id } = tried;
  const named = id === null ? "" : `, ${id}`;
  const took = msBetween(started, finished);
  return `try ${attempt}: ${outcome} ${finished}${took}${named}${errorWords(tried.error)}`;
}

function errorWords(error: Reply["error"]): string {
  if (error === null) return "";
  const { code, reason, title, details, hint } = error;
  const words = [code ?? reason, title, details, hint].filter((word) => word !== null);
  return safeLine(`: ${words.join(" · ")}`);
}
