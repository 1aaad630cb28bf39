import { fillVariation } from "../../answers/templates/respond.ts";
import type { Variation } from "../../answers/templates/response-schema.ts";
import type { ParsedFile } from "../../answers/templates/parse.ts";
import type { RenderedMessage } from "../../channels/channel.ts";
import type { Note, Reply } from "../../messages.ts";
import type { LintChannel } from "./channels.ts";
import { type Finding, severityOf } from "./findings.ts";
import { namesIn, partsForPrograms, sampleSlots } from "./variables.ts";

/** One variation of a response, in one language, with made-up values. */
export interface Spoken {
  readonly file: string;
  readonly line: number;
  /** The response with its variation, as the interaction log names it. */
  readonly response: string;
  /** Null for the text that is no translation. */
  readonly language: string | null;
  readonly variation: Variation;
  /** All variations of the response. */
  readonly siblings: readonly Variation[];
  readonly replies: readonly Reply[];
}

/** Says every variation of every response in each of its languages. */
export function speak(files: readonly ParsedFile[]): readonly Spoken[] {
  return files.flatMap(({ path, content, lineOf }) =>
    Object.entries(content.responses).flatMap(([name, siblings]) =>
      siblings.flatMap((variation, at) => {
        const slots = sampleSlots(variation);
        const languages = [null, ...translationsOf(variation)];
        return languages.map((language) => ({
          file: path,
          line: lineOf(["responses", name, at]),
          response: `${name}#${at}`,
          language,
          variation,
          siblings,
          replies: fillVariation(variation, {
            slots,
            missing: "empty",
            language: language ?? "und",
          }),
        }));
      }),
    ),
  );
}

/** Languages that a variation's text is translated into. */
export function translationsOf({ translation = {} }: Variation): readonly string[] {
  return Object.keys(translation).filter((tag) => typeof translation[tag] === "string");
}

/** What a channel makes of what is said. */
export interface Rendered {
  readonly messages: readonly RenderedMessage[];
  readonly findings: readonly Finding[];
}

/** Renders on one channel; undefined where the response has other words for that channel. */
export function renderOn(spoken: Spoken, on: LintChannel): Rendered | undefined {
  if (!isSaidOn(spoken, on.names)) return undefined;
  const renderings = spoken.replies.map((reply) => on.channel.render(reply, on.to));
  const messages = renderings.flatMap((rendering) => rendering.messages);
  const notes = [
    ...messages.flatMap((message) => message.notes),
    ...renderings.flatMap((rendering) => rendering.notes),
  ];
  const findings = notes.map((note) => findingOf(note, spoken, on.name));
  // Where a note says already what cannot be sent, the silence is its echo.
  const isSilent = messages.length === 0 && !notes.some(({ code }) => severityOf(code) === "error");
  const silence = { code: "nothing_sent", detail: "Nothing of it is left to be sent." };
  return {
    messages,
    findings: isSilent
      ? [...findings, { ...findingOf(silence, spoken, on.name), severity: "error" }]
      : findings,
  };
}

/** As the bridge chooses: words for the channel first, then those for none, another channel's where nothing else is left. */
function isSaidOn({ variation, siblings }: Spoken, names: readonly string[]): boolean {
  const isOwn = ({ channel }: Variation) => channel !== undefined && names.includes(channel);
  const isFree = ({ condition }: Variation) => condition.length === 0;
  if (isOwn(variation)) return true;
  if (siblings.some((other) => isOwn(other) && isFree(other))) return false;
  return variation.channel === undefined || siblings.every(({ channel }) => channel !== undefined);
}

function findingOf({ code, detail }: Note, spoken: Spoken, channel: string): Finding {
  const { file, line, response, language, variation } = spoken;
  const severity = severityOf(code);
  const isMadeUp = severity === "error" && namesIn(partsForPrograms(variation)).length > 0;
  return {
    severity: isMadeUp ? "warning" : severity,
    code,
    file,
    line,
    response,
    language,
    channels: [channel],
    detail: isMadeUp ? `${detail} Its variables had made-up values.` : detail,
  };
}
