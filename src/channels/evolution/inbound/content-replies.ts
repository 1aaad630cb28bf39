import { z } from "zod";
import { storableRecord } from "../../../storable.ts";
import type { Reading } from "../../whatsapp/inbound/content.ts";
import {
  FORM_MAX_DEPTH,
  identifier,
  isRecord,
  optionalText,
  present,
  text,
} from "../../whatsapp/inbound/fields.ts";
import { plain, type Reader, reader, wordless } from "./content-reader.ts";

type Source = "button" | "list" | "template_button";

/** A tapped choice; what has only a title is told by it. */
function choice(
  source: Source,
  id: string | undefined,
  shown: string | undefined,
  description?: string,
): Reading | undefined {
  const payload = id ?? shown;
  if (payload === undefined) return undefined;
  const content = {
    type: "choice",
    source,
    payload,
    title: shown ?? payload,
    description,
  } as const;
  return { content: present(content), text: payload };
}

const button = reader(
  z.object({ selectedButtonId: optionalText, selectedDisplayText: optionalText }),
  (part) => choice("button", part.selectedButtonId, part.selectedDisplayText),
);

const row = reader(
  z.object({
    title: optionalText,
    description: optionalText,
    singleSelectReply: z
      .object({ selectedRowId: optionalText })
      .catch({ selectedRowId: undefined }),
  }),
  ({ singleSelectReply: { selectedRowId }, title, description }) =>
    choice("list", selectedRowId, title, optionalText.parse(description?.trim())),
);

const templateButton = reader(
  z.object({ selectedId: optionalText, selectedDisplayText: optionalText }),
  (part) => choice("template_button", part.selectedId, part.selectedDisplayText),
);

/** A button of the newer kind, whose answer is JSON in a text: the id of what was tapped, or the fields of a form. */
const nativeFlow = reader(
  z.object({
    body: z.object({ text: optionalText }).catch({ text: undefined }),
    nativeFlowResponseMessage: z
      .object({ name: optionalText, paramsJson: optionalText })
      .catch({ name: undefined, paramsJson: undefined }),
  }),
  ({ body, nativeFlowResponseMessage: { name, paramsJson } }) => {
    const answers = parseRecord(paramsJson);
    const id = optionalText.parse(answers?.["id"]);
    if (id !== undefined) return choice("button", id, body.text);
    if (answers === undefined) return choice("button", undefined, body.text);
    return wordless(
      present({ type: "form", name, answers: storableRecord(answers, FORM_MAX_DEPTH) }),
    );
  },
);

function parseRecord(json: string | undefined): Record<string, unknown> | undefined {
  if (json === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(json);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The names of the options a person chose. They are read as typed, because a name is all that a vote tells. A vote that was
 * taken back names none, and one that the server could not decrypt has no list.
 */
const vote = reader(
  z.object({ vote: z.object({ selectedOptions: z.array(text) }) }),
  ({ vote: { selectedOptions } }) =>
    selectedOptions.length === 0 ? "nothing" : plain(selectedOptions.join(", ")),
);

/** A reaction that was taken back has an empty text. */
const reaction = reader(
  z.object({ key: z.object({ id: identifier }), text: optionalText }),
  ({ key, text: emoji }) => wordless(present({ type: "reaction", emoji, to: key.id })),
);

export const REPLY_READERS: readonly (readonly [string, Reader])[] = [
  ["buttonsResponseMessage", button],
  ["listResponseMessage", row],
  ["templateButtonReplyMessage", templateButton],
  ["interactiveResponseMessage", nativeFlow],
  ["pollUpdateMessage", (part, message) => vote(part, message) ?? "nothing"],
  ["reactionMessage", reaction],
];
