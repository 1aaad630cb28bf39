import { findAddresses, findDeadEnds } from "./buttons.ts";
import type { LintChannel } from "./channels.ts";
import { type Finding, gather, type Severity } from "./findings.ts";
import type { LintedProject } from "./project.ts";
import { findDead } from "./reach.ts";
import { type Rendered, renderOn, speak, type Spoken } from "./responses.ts";
import { findUnspoken, findUntranslated } from "./translations.ts";
import { findUnknownVariables } from "./values.ts";

/** What a response becomes on one channel. */
export interface Shown {
  readonly spoken: Spoken;
  readonly channel: LintChannel;
  readonly messages: Rendered["messages"];
}

/** What was found in the files of a bot. */
export interface LintReport {
  readonly files: readonly string[];
  /** Variations in each of their languages. */
  readonly texts: number;
  readonly channels: readonly string[];
  /** In the order of the files. */
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<Severity, number>>;
  readonly shown: readonly Shown[];
}

/** Looks through the files of a bot: what each response becomes on each channel, and what nobody will ever see. */
export function lint(linted: LintedProject, channels: readonly LintChannel[]): LintReport {
  const { files, project, problems } = linted;
  const spoken = speak(files);
  const rendered = spoken.flatMap((one) =>
    channels.flatMap((channel) => {
      const made = renderOn(one, channel);
      return made === undefined ? [] : [{ spoken: one, channel, ...made }];
    }),
  );
  const together =
    project === undefined
      ? []
      : [
          ...findDeadEnds(spoken, files, project),
          ...findDead(spoken, files, project),
          ...findUnknownVariables(spoken, files, project),
          ...findUnspoken(files, project),
        ];
  const findings = gather([
    ...problems.map(({ path, line, detail }) => ({
      ...UNUSABLE,
      file: path,
      line: line ?? null,
      detail,
    })),
    ...rendered.flatMap((one) => one.findings),
    ...findAddresses(spoken),
    ...findUntranslated(spoken, files),
    ...together,
  ]);
  const count = (severity: Severity) => findings.filter((one) => one.severity === severity).length;
  return {
    files: files.map(({ path }) => path),
    texts: spoken.length,
    channels: channels.map(({ name }) => name),
    findings,
    counts: { error: count("error"), warning: count("warning"), note: count("note") },
    shown: rendered,
  };
}

const UNUSABLE = {
  severity: "error",
  code: "unusable",
  response: null,
  language: null,
  channels: [],
} as const;
