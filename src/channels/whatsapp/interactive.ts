import type { Note } from "../../messages.ts";
import type { MenuOption, RenderedMessage, Rendering } from "../channel.ts";
import { joinRenderings, noteFirst } from "./dialect.ts";
import type { DialectOptions } from "./dialect.ts";
import { cutText } from "./fit-text.ts";
import type { Fitted } from "./fit-text.ts";
import { fitFooter, fitHeader } from "./headers.ts";
import type { Header } from "./headers.ts";
import type { Kept } from "./kept-ids.ts";
import { INTERACTIVE_BODY } from "./limits.ts";
import { note } from "./notes.ts";
import { splitTail } from "./split-text.ts";
import { textMessages } from "./text.ts";

/** An interactive message before its parts are fitted. */
export interface Draft {
  readonly type:
    "button" | "list" | "cta_url" | "flow" | "location_request_message" | "request_contact_info";
  /** Prepared, of any length. */
  readonly body: Fitted;
  /** What the body says where it is blank. */
  readonly fallback: string;
  readonly header?: Header | undefined;
  readonly footer?: string | undefined;
  readonly action: Readonly<Record<string, unknown>>;
  /** What a person reads below the body. */
  readonly choices?: string;
  readonly notes?: readonly Note[];
  readonly kept?: readonly Kept[];
  readonly menu?: readonly MenuOption[];
}

/** Renders an interactive message; the part of its body that does not fit goes ahead as text. */
export function renderInteractive(draft: Draft, options: DialectOptions): Rendering {
  const { head, tail } = splitTail(draft.body.text, INTERACTIVE_BODY);
  const ahead = textMessages({ text: head, notes: [] }, options).map((message) => ({
    ...message,
    notes: [],
  }));
  const header = fitHeader(draft.header, draft.type !== "list", options);
  const last = lastMessage(draft, tail, header);
  const whole = { messages: [...ahead, last], notes: [], kept: draft.kept ?? [] };
  const bodyNotes = [...draft.body.notes, ...splitNotes(ahead.length)];
  return joinRenderings([header.before, noteFirst(whole, bodyNotes)]);
}

function lastMessage(
  draft: Draft,
  tail: string,
  header: ReturnType<typeof fitHeader>,
): RenderedMessage {
  const isBlank = tail.trim() === "";
  const body = isBlank ? cutText(draft.fallback, INTERACTIVE_BODY) : tail;
  const footer = fitFooter(draft.footer);
  const added = isBlank ? [note("body_added", "The reply had no text.")] : [];
  const interactive = {
    type: draft.type,
    ...header.content,
    body: { text: body },
    ...footer.content,
    action: draft.action,
  };
  return {
    payload: { type: "interactive", interactive },
    text: [header.text, body, draft.choices ?? "", footer.text]
      .filter((part) => part !== "")
      .join("\n"),
    notes: [...added, ...header.notes, ...footer.notes, ...(draft.notes ?? [])],
    needsWindow: true,
    ...(draft.menu !== undefined && { menu: draft.menu }),
  };
}

function splitNotes(ahead: number): Note[] {
  if (ahead === 0) return [];
  return [note("text_split", `The body became ${ahead} text messages and its last part.`)];
}
