import type { Note } from "../../messages.ts";

/** Every note the dialect writes, with what it means. `docs/conversion.md` lists the same codes; a test compares. */
export const NOTE_CODES = {
  attachment_skipped: "An attachment is of no known shape and was left out.",
  attachment_to_text: "An attachment of unknown type was sent as its address.",
  blank_skipped: "A blank text was not sent.",
  body_added: "The message had no text, which WhatsApp requires: a standard one was added.",
  button_skipped: "A button repeats another one and was left out.",
  buttons_to_list: "The buttons did not fit reply buttons and became a list.",
  caption_split: "A caption was too long: the rest follows as text.",
  caption_to_text: "The media kind has no caption: the caption follows as text.",
  characters_replaced: "Characters that no provider accepts were removed or replaced.",
  choices_to_text: "The choices became numbered lines of text.",
  contacts_split: "The contacts did not fit one message and became several.",
  custom_invalid: "A custom message lacks something it needs and was left out.",
  custom_skipped: "A custom message is of no known type and was left out.",
  description_added:
    "A row had no description, which the provider requires: its title stands there.",
  description_cut: "A description was too long and was cut.",
  duplicate_title: "Two choices had the same title: a number tells them apart.",
  file_name_cut: "A file name was too long and was cut.",
  file_name_skipped: "The provider refused the file name: the document was sent without it.",
  footer_cut: "A footer was too long and was cut.",
  frame_to_body: "The channel has no headers or footers: they stand in the body.",
  header_cut: "A header was too long and was cut.",
  header_to_message: "The message kind has no such header: it was sent as a message before.",
  kind_skipped: "The channel has no form for this kind of message: it was left out.",
  kind_to_text: "The channel has no form for this kind of message: its words were sent as text.",
  label_cut: "A button label was too long and was cut.",
  language_skipped: "The channel finds a template by its name alone: the language was not sent.",
  list_split: "The choices did not fit one list and became several.",
  markdown_converted: "Markdown was converted to WhatsApp marks.",
  markdown_skipped:
    "The text was too long or too deep to convert its Markdown and was sent as it is.",
  marks_removed: "Marks of bold, italic and the like were removed: the channel shows plain text.",
  media_skipped: "Media without a usable address or id was left out.",
  parameter_cut: "A template parameter was too long and was cut.",
  parameter_filled: "A template parameter was empty, which WhatsApp refuses: a dash was sent.",
  parameter_name_skipped:
    "The channel fills a template by position: the names of its parameters were not sent.",
  payload_kept: "A button payload did not fit and is kept under a short id.",
  raw_addressing_removed: "A raw payload named its own receiver: that part was removed.",
  section_title_added: "A section had no title, which the list requires: a standard one was added.",
  section_title_cut: "A section title was too long and was cut.",
  sms_segments: "The text takes several segments of SMS, and each is paid for.",
  template_skipped: "The channel cannot fill a part of the template: it was not sent.",
  text_split: "The text was too long for one message and was split.",
  title_cut: "A title was too long and was cut; a list shows it whole beside or above.",
  titles_numbered: "A title fitted nowhere in its row: the choices are numbered in the body.",
  unreadable_skipped: "A part of the reply is of the wrong type and was left out.",
  url_button_to_text: "A link button became a line of the body.",
  voice_to_audio: "The channel has no voice messages: it was sent as an audio file.",
  whitespace_collapsed: "Line breaks, tabs or runs of spaces became one space.",
} as const;

export type NoteCode = keyof typeof NOTE_CODES;

/** Writes one note; `detail` says what happened to which part, in English. */
export function note(code: NoteCode, detail: string): Note {
  return { code, detail };
}
