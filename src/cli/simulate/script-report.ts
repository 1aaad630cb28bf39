import { safeLine } from "./safe-text.ts";
import type { Played, PlayedStep } from "./scripts.ts";
import type { Output } from "../terminal.ts";

/** What was missing, and what was said instead, as a difference between the two. */
function differenceOf({ outcome }: PlayedStep): readonly string[] {
  if (outcome.state === "broken") return [`it cannot be done: ${safeLine(outcome.detail)}`];
  if (outcome.state !== "failed") return [];
  const { missing, said } = outcome;
  return [
    ...missing.map((text) => `- ${safeLine(text)}`),
    ...said.map((text) => `+ ${safeLine(text)}`),
    ...(said.length === 0 ? ["+ (the bot said nothing)"] : []),
  ];
}

const failuresOf = ({ steps }: Played) =>
  steps.filter(({ outcome }) => ["failed", "broken"].includes(outcome.state));

const failureHead = ({ number, what }: PlayedStep): string =>
  `step ${number}: ${what}${what === "expect" ? " (- expected, + said)" : ""}`;

/** A script in a line, and each step that went wrong with what was expected and what was said. */
export function playedText(played: Played, paint: Output["paint"]): string {
  const { ok, title, file, channel, steps, ms } = played;
  const word = ok ? paint("green", "ok  ") : paint("red", "FAIL");
  const facts = `${file}, ${channel}, ${steps.length} steps, ${(ms / 1_000).toFixed(1)} s`;
  const failures = failuresOf(played).flatMap((step) => [
    `  ${safeLine(failureHead(step))}`,
    ...differenceOf(step).map(
      (line) => `    ${paint(line.startsWith("-") ? "red" : "green", line)}`,
    ),
  ]);
  return [`${word} ${safeLine(title)} (${facts})`, ...failures].join("\n");
}

/** One line of TAP, with the differences as comments. Source: TAP 14. */
export function tapText(played: Played, number: number): string {
  const title = safeLine(played.title).replaceAll("\\", "\\\\").replaceAll("#", "\\#");
  const failures = failuresOf(played).flatMap((step) => [
    `# ${safeLine(failureHead(step))}`,
    ...differenceOf(step).map((line) => `#   ${line}`),
  ]);
  return [`${played.ok ? "ok" : "not ok"} ${number} - ${title}`, ...failures].join("\n");
}

/** Characters that XML cannot hold even escaped. Source: XML 1.0, section 2.2. */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const xml = (text: string): string =>
  text
    .replaceAll(NOT_XML, "\u{fffd}")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

/** The report that CI systems read. Source: the JUnit XML format as Jenkins and GitLab read it. */
export function junitText(all: readonly Played[]): string {
  const failed = all.filter(({ ok }) => !ok).length;
  const ms = all.reduce((sum, one) => sum + one.ms, 0);
  const cases = all.map((played) => {
    const head = `    <testcase classname="${xml(played.file)}" name="${xml(played.title)}" time="${seconds(played.ms)}"`;
    if (played.ok) return `${head}/>`;
    const lines = failuresOf(played).flatMap((step) => [failureHead(step), ...differenceOf(step)]);
    const message = xml(lines[0] ?? "it did not end");
    return `${head}>\n      <failure message="${message}">${xml(lines.join("\n"))}</failure>\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${all.length}" failures="${failed}" time="${seconds(ms)}">`,
    `  <testsuite name="ponte simulate" tests="${all.length}" failures="${failed}" time="${seconds(ms)}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}
