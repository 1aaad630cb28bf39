import { safeLine } from "../simulate/safe-text.ts";
import type { Compared, Summary } from "./compare.ts";
import { summaryText, WORDS } from "./report.ts";

const different = (all: readonly Compared[]) => all.filter(({ verdict }) => verdict !== "equal");

/** The report as Markdown: every turn that is not equal, with its difference. */
export function markdownReport(all: readonly Compared[], summary: Summary): string {
  const parts = different(all).map(({ verdict, turn, difference, error }) => {
    const lines = [`  "${safeLine(turn.text)}"`, ...difference.map(safeLine)];
    return [
      `## ${WORDS[verdict]}: ${turn.at}`,
      "",
      `${turn.channel}, message \`${turn.messageId}\`${error === null ? "" : `: ${safeLine(error)}`}`,
      "",
      // Longer than any fence that somebody may have written.
      `${fence(lines)}diff`,
      ...lines,
      fence(lines),
    ].join("\n");
  });
  return `${["# Time machine", summaryText(summary), ...parts].join("\n\n")}\n`;
}

function fence(lines: readonly string[]): string {
  const longest = lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length);
  return "`".repeat(Math.max(3, ...longest.map((length) => length + 1)));
}

const html = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
h2{font-size:1rem;margin:2rem 0 .25rem}p{margin:.25rem 0}pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #ccc;padding:.75rem;margin:.5rem 0}
del{text-decoration:none;background:#ffe3e0;display:block}ins{text-decoration:none;background:#dff5e1;display:block}`;

/** The report as one HTML page that needs nothing else. */
export function htmlReport(all: readonly Compared[], summary: Summary): string {
  const parts = different(all).map(({ verdict, turn, difference, error }) =>
    [
      `<section><h2>${WORDS[verdict]}: <time>${html(turn.at)}</time></h2>`,
      `<p>${html(turn.channel)}, message <code>${html(turn.messageId)}</code></p>`,
      `<p>“${html(safeLine(turn.text))}”</p>`,
      ...(error === null ? [] : [`<p><strong>${html(safeLine(error))}</strong></p>`]),
      `<pre>${difference.map(htmlLine).join("")}</pre></section>`,
    ].join("\n"),
  );
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Time machine</title>',
    `<meta name="viewport" content="width=device-width,initial-scale=1"><style>${STYLE}</style></head><body>`,
    `<h1>Time machine</h1><p>${html(summaryText(summary))}</p>`,
    ...parts,
    "</body></html>",
    "",
  ].join("\n");
}

function htmlLine(line: string): string {
  const text = html(safeLine(line));
  if (line.startsWith("-")) return `<del>${text}</del>`;
  return line.startsWith("+") ? `<ins>${text}</ins>` : `${text}\n`;
}
