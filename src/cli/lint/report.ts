import { readPayload } from "../../web/shared/bubble/read-bubble.ts";
import { textBubble } from "../../web/shared/bubble/bubble.ts";
import { drawBubble } from "../simulate/picture.ts";
import { safeLine } from "../simulate/safe-text.ts";
import type { Output } from "../terminal.ts";
import { type Finding, isAtLeast, type Severity } from "./findings.ts";
import type { LintReport, Shown } from "./lint.ts";

const COLOURS = { error: "red", warning: "yellow", note: "dim" } as const;

/** One finding as compilers write theirs, so that editors and CI find the place. */
function findingLine(finding: Finding, paint: Output["paint"]): string {
  const { file, line, severity, code, channels, response, language, detail } = finding;
  const place = line === null ? file : `${file}:${line}`;
  const where = channels.length === 0 ? "" : ` [${channels.join(", ")}]`;
  const what = [response, language].filter((one) => one !== null).join(" in ");
  const about = what === "" ? "" : ` ${what}:`;
  return `${place}: ${paint(COLOURS[severity], severity)} ${code}${where}${about} ${safeLine(detail)}`;
}

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

/** The findings, those of a lower severity counted only, and the sum of them. */
export function lintText(report: LintReport, least: Severity, paint: Output["paint"]): string {
  const { findings, counts, files, texts, channels } = report;
  const listed = findings.filter(({ severity }) => isAtLeast(severity, least));
  const sum = `${plural(texts, "text")} of ${plural(files.length, "file")} on ${channels.join(", ")}`;
  const found = (["error", "warning", "note"] as const).map((one) => plural(counts[one], one));
  return [
    ...listed.map((finding) => findingLine(finding, paint)),
    ...(listed.length > 0 ? [""] : []),
    `${sum}: ${found.join(", ")}`,
  ].join("\n");
}

/** What each response becomes, response by response and channel by channel; channels that show the same stand together. */
export function pictures(shown: readonly Shown[]): string {
  const byResponse = Map.groupBy(shown, ({ spoken: { file, response, language } }) =>
    JSON.stringify([file, response, language]),
  );
  return [...byResponse.values()].map(pictureOf).join("\n\n");
}

function pictureOf(shown: readonly Shown[]): string {
  const [first] = shown;
  if (first === undefined) return "";
  const { file, line, response, language } = first.spoken;
  const title = [response, language].filter((one) => one !== null).join(" in ");
  const alike = Map.groupBy(shown, (one) => drawn(one).join("\n"));
  const parts = [...alike].flatMap(([picture, same]) => [
    `  ${same.map(({ channel }) => channel.name).join(", ")}`,
    ...picture.split("\n").map((text) => `  ${text}`),
  ]);
  return [`${title}  (${file}:${line})`, ...parts].join("\n");
}

/** The messages that a channel sends, as a phone shows them. */
function drawn({ messages, channel }: Pick<Shown, "messages" | "channel">) {
  if (messages.length === 0) return ["(nothing is sent)"];
  return messages.flatMap(({ payload, text }) =>
    drawBubble(readPayload(payload, channel.type, text) ?? textBubble(text)),
  );
}

/** The report as JSON; pictures come as the payloads they are of. */
export function lintJson(report: LintReport, least: Severity, withPayloads: boolean) {
  const { shown, findings, ...rest } = report;
  return {
    ...rest,
    findings: findings.filter(({ severity }) => isAtLeast(severity, least)),
    ...(withPayloads && {
      rendered: shown.map(({ spoken: { file, line, response, language }, channel, messages }) => ({
        file,
        line,
        response,
        language,
        channel: channel.name,
        messages: messages.map(({ payload, text }) => ({ payload, text })),
      })),
    }),
  };
}
