import { matchShorthand } from "../../answers/templates/match.ts";
import type { Project } from "../../answers/templates/library.ts";
import type { ParsedFile } from "../../answers/templates/parse.ts";
import type { Finding } from "./findings.ts";
import { mentionedIn } from "./mentions.ts";
import type { Spoken } from "./responses.ts";

const at = ({ file, line, response, language }: Spoken) => ({ file, line, response, language });

const buttonsOf = ({ replies }: Spoken) => replies.flatMap(({ buttons = [] }) => buttons);

/** Buttons whose payload is an address: it is what the bot is told, and opens nothing. */
export function findAddresses(spoken: readonly Spoken[]): readonly Finding[] {
  return spoken.flatMap((one) =>
    buttonsOf(one)
      .filter(({ payload }) => /^https?:\/\//i.test(payload?.trim() ?? ""))
      .map(({ title, payload = "" }) => ({
        ...at(one),
        severity: "warning",
        code: "payload_is_address",
        channels: [],
        detail: `The button "${title}" opens nothing: a tap tells the bot ${payload}. For a link, give it a url in place of a payload.`,
      })),
  );
}

/** Payloads that Rasa and the bridge understand without an intent. */
const BUILT_IN = /^\/(?:restart|back|session_start|start|SetSlots)\b|\(/;

/** Buttons whose payload names an intent that nothing answers. Nothing is said where the files describe no intents. */
export function findDeadEnds(
  spoken: readonly Spoken[],
  files: readonly ParsedFile[],
  project: Project,
): readonly Finding[] {
  if (project.intents.length === 0) return [];
  const mentioned = mentionedIn(files);
  return spoken.flatMap((one) =>
    buttonsOf(one).flatMap(({ title, payload = "" }) => {
      if (!payload.startsWith("/") || BUILT_IN.test(payload)) return [];
      const [, name = ""] = /^\/([^\s{@]+)/.exec(payload) ?? [];
      const match = matchShorthand(project, payload, one.language ?? "");
      if (match !== undefined || mentioned.has(name)) return [];
      const detail = `The button "${title}" leads nowhere: there is no intent ${name} for ${payload}.`;
      return [
        { ...at(one), severity: "warning", code: "unknown_payload", channels: [], detail } as const,
      ];
    }),
  );
}
