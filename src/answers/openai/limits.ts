import type { Button, Reply } from "../../messages.ts";
import type { LooseMessage } from "./schema.ts";

/** What a person is spared, whatever a model writes. */
const MAX_MESSAGES = 5;
const MAX_BUTTONS = 10;

/** Characters of all texts together; four of the longest messages WhatsApp takes. */
const MAX_TEXT = 16_000;

/** Characters of a button's title. Source: Cloud API reference, interactive reply buttons. */
const MAX_TITLE = 20;

/** Characters of a payload; channels keep long ones in the database. */
const MAX_PAYLOAD = 1_000;

/** A reply as it may be sent, and what of it was changed, in closed words. */
export interface Limited {
  readonly replies: readonly Reply[];
  readonly changes: readonly string[];
}

/** Makes replies of a model's messages: within limits, with nothing cut silently, and with no payload that it may not use. */
export function toReplies(
  messages: readonly LooseMessage[],
  allowedPayloads: readonly string[],
): Limited {
  const changes = new Set<string>();
  const kept = joinBeyondLimit(messages, changes);
  let left = MAX_TEXT;
  const replies = kept.flatMap(({ text, buttons, image_url: image }): readonly Reply[] => {
    const offered = buttons.map((one) => toButton(one, allowedPayloads)).filter(isOffered);
    const labels = text.trim() === "" ? offered.map(asLabel) : labelsToTell(offered, changes);
    const said = [text.trim(), ...labels].filter((part) => part !== "").join("\n");
    const within = said.slice(0, left).toWellFormed();
    if (within.length < said.length) changes.add("text_cut");
    left -= within.length;
    const shown = offered.slice(0, MAX_BUTTONS).map(shorten);
    const safeImage = toImage(image, changes);
    if (within === "" && safeImage === undefined) return [];
    return [
      {
        ...(within !== "" && { text: within }),
        ...(shown.length > 0 && { buttons: shown }),
        ...(safeImage !== undefined && { image: safeImage }),
      },
    ];
  });
  return { replies, changes: [...changes] };
}

/** What is beyond the last message is said in the last message. */
function joinBeyondLimit(
  messages: readonly LooseMessage[],
  changes: Set<string>,
): readonly LooseMessage[] {
  if (messages.length <= MAX_MESSAGES) return messages;
  changes.add("messages_joined");
  const rest = messages.slice(MAX_MESSAGES - 1);
  const joined: LooseMessage = {
    text: rest.map(({ text }) => text.trim()).join("\n\n"),
    buttons: rest.flatMap(({ buttons }) => buttons),
    image_url: rest.find(({ image_url: image }) => typeof image === "string")?.image_url,
  };
  return [...messages.slice(0, MAX_MESSAGES - 1), joined];
}

/**
 * A tapped payload with a slash names an intent of the bot, which a typed text may not: a person could have the model write
 * any. Only those that the operator allows are kept.
 */
function toButton(
  { title, payload = "" }: LooseMessage["buttons"][number],
  allowed: readonly string[],
): Button {
  const label = title.trim().replaceAll(/\s+/g, " ");
  const isForbidden = payload.trimStart().startsWith("/") && !allowed.includes(payload);
  const isUsable = payload.trim() !== "" && payload.length <= MAX_PAYLOAD && !isForbidden;
  return { title: label, payload: isUsable ? payload : label.replace(/^\/+/, "") };
}

function isOffered({ title, payload }: Button): boolean {
  return title !== "" && payload !== "";
}

/** Whole labels of what a person would see only in part or not at all. */
function labelsToTell(buttons: readonly Button[], changes: Set<string>): readonly string[] {
  const isCut = ({ title }: Button) => title.length > MAX_TITLE;
  if (buttons.slice(0, MAX_BUTTONS).some(isCut)) changes.add("titles_cut");
  if (buttons.length > MAX_BUTTONS) changes.add("buttons_left_out");
  const told = buttons.filter((one, index) => index >= MAX_BUTTONS || isCut(one));
  return told.map(asLabel);
}

function asLabel({ title }: Button): string {
  return `• ${title}`;
}

function shorten(button: Button): Button {
  return button.title.length <= MAX_TITLE ? button : { ...button, title: beginOf(button.title) };
}

/** As many whole characters, as people see them, as there is room for. */
function beginOf(title: string): string {
  let begin = "";
  for (const { segment } of new Intl.Segmenter().segment(title)) {
    if (begin.length + segment.length >= MAX_TITLE) break;
    begin += segment;
  }
  return `${begin.trimEnd()}…`;
}

function toImage(image: string | null | undefined, changes: Set<string>): string | undefined {
  if (image === null || image === undefined || image === "") return undefined;
  const url = URL.canParse(image) ? new URL(image) : undefined;
  const isSafe = url?.protocol === "https:" && url.username === "" && url.hostname.includes(".");
  if (isSafe && image.length <= 2_000) return image;
  changes.add("image_left_out");
  return undefined;
}
