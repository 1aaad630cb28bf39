import type { NoteCode } from "../../channels/whatsapp/notes.ts";

/**
 * How much a finding matters. `error`: something cannot be sent, or the files cannot be used. `warning`: a person would
 * lose something, such as the end of a title. `note`: the channel shows it in another form, and nothing is lost.
 */
export const SEVERITIES = ["note", "warning", "error"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Something that whoever writes the files should know. */
export interface Finding {
  readonly severity: Severity;
  readonly code: string;
  readonly file: string;
  readonly line: number | null;
  /** The response and its variation, `utter_greet#0`; null where it is about something else. */
  readonly response: string | null;
  /** The translation; null for a variation's own text. */
  readonly language: string | null;
  /** The channels it happens on; none where channels have no part in it. */
  readonly channels: readonly string[];
  readonly detail: string;
}

/** What each conversion note is to the person who reads the message. */
const NOTES: Readonly<Record<NoteCode | "no_address", Severity>> = {
  attachment_skipped: "error",
  attachment_to_text: "note",
  blank_skipped: "warning",
  body_added: "warning",
  button_skipped: "warning",
  buttons_to_list: "note",
  caption_split: "note",
  caption_to_text: "note",
  characters_replaced: "warning",
  choices_to_text: "note",
  contacts_split: "note",
  custom_invalid: "error",
  custom_skipped: "error",
  description_added: "note",
  description_cut: "warning",
  duplicate_title: "warning",
  file_name_cut: "warning",
  file_name_skipped: "warning",
  footer_cut: "warning",
  frame_to_body: "note",
  header_cut: "warning",
  header_to_message: "note",
  kind_skipped: "error",
  kind_to_text: "note",
  label_cut: "warning",
  language_skipped: "note",
  list_split: "note",
  markdown_converted: "note",
  markdown_skipped: "warning",
  marks_removed: "note",
  media_skipped: "error",
  no_address: "error",
  parameter_cut: "warning",
  parameter_filled: "warning",
  parameter_name_skipped: "note",
  payload_kept: "note",
  raw_addressing_removed: "warning",
  section_title_added: "note",
  section_title_cut: "warning",
  sms_segments: "note",
  template_skipped: "error",
  text_split: "note",
  title_cut: "warning",
  titles_numbered: "warning",
  unreadable_skipped: "error",
  url_button_to_text: "note",
  voice_to_audio: "note",
  whitespace_collapsed: "note",
};

const severities: ReadonlyMap<string, Severity> = new Map(Object.entries(NOTES));

/** What a note of a channel is to the person; one that is not known here is looked at rather than passed over. */
export function severityOf(code: string): Severity {
  return severities.get(code) ?? "warning";
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** Whether a finding is at least so severe. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return rank(severity) >= rank(least);
}

/** Puts what happens alike on several channels together, and findings in the order of the files. */
export function gather(findings: readonly Finding[]): readonly Finding[] {
  const groups = Map.groupBy(findings, (finding) => JSON.stringify({ ...finding, channels: [] }));
  const together = [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ ...first, channels: [first, ...others].flatMap(({ channels }) => channels) }],
  );
  return together.toSorted(
    (one, other) =>
      compare(one.file, other.file) ||
      (one.line ?? 0) - (other.line ?? 0) ||
      rank(other.severity) - rank(one.severity),
  );
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
