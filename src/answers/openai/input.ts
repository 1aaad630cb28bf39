import type { AnswerContext, FileBytes, Question } from "../backend.ts";
import type { Content, MediaKind } from "../../messages.ts";
import { plainText } from "./window.ts";

/** Bytes of a picture that is shown to the model. */
const MAX_IMAGE_BYTES = 5 * 1024 * 1024;

/** Kinds of picture the models take. Source: OpenAI, images and vision. */
const IMAGE_TYPES = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

/** Characters of a message that are passed on; no channel takes longer ones from a person. */
const MAX_LENGTH = 20_000;

/** Characters of a name or a form that somebody else chose. */
const MAX_DETAIL = 500;

/** The message as the model reads it. */
export interface Input {
  readonly text: string;
  readonly image?: string;
}

/** Writes a message down for the model: what has no words is named in brackets, and a picture is shown where `sees` says so. */
export async function toInput(
  question: Question,
  context: Pick<AnswerContext, "readFile">,
  options: { readonly sees: boolean; readonly heard: string | undefined },
): Promise<Input> {
  const image = options.sees ? await readImage(question, context) : undefined;
  const said = options.heard ?? question.text;
  const text = plainText(inWords(question, said, image !== undefined)).slice(0, MAX_LENGTH);
  return image === undefined ? { text } : { text, image };
}

/** The kinds of message that are somebody speaking. */
export function isRecording({ content }: Question): boolean {
  return content.type === "media" && ["voice", "audio"].includes(content.media);
}

/** Stickers are pictures too, but a moving one is a film. */
async function readImage(
  { content }: Question,
  { readFile }: Pick<AnswerContext, "readFile">,
): Promise<string | undefined> {
  if (content.type !== "media" || !["image", "sticker"].includes(content.media)) return undefined;
  if (content.animated === true) return undefined;
  const file = await readFile();
  return file === undefined ? undefined : toDataUrl(file);
}

function toDataUrl({ bytes, mimeType }: FileBytes): string | undefined {
  const type = mimeType.split(";", 1).join("").trim().toLowerCase();
  if (!IMAGE_TYPES.has(type) || bytes.length === 0 || bytes.length > MAX_IMAGE_BYTES) {
    return undefined;
  }
  return `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
}

function inWords({ content, file }: Question, said: string, isShown: boolean): string {
  const named = nameContent(content, file !== undefined && "fileName" in file ? file.fileName : "");
  if (content.type === "choice") return nameChoice(content);
  const isHeard = content.type === "media" && said !== "" && isSpoken(content.media);
  return [named === "" || isShown || isHeard ? "" : `[${named}]`, said]
    .filter((part) => part !== "")
    .join("\n");
}

function isSpoken(media: MediaKind): boolean {
  return media === "voice" || media === "audio";
}

/** The payload is the bot's own word for what was tapped: it says more where it is another. */
function nameChoice({ title, payload }: Extract<Content, { type: "choice" }>): string {
  return payload === title ? title : `${title} [${payload}]`;
}

/** Says in a few words what was sent; "" for what is said by its text. Telephone numbers of others stay with us. */
function nameContent(content: Content, fileName: string): string {
  switch (content.type) {
    case "text":
    case "choice":
    case "reaction":
    case "call_permission":
    case "edit":
    case "revoke":
      return "";
    case "media":
      return nameMedia(content.media, cut(content.fileName ?? fileName));
    case "location":
      return `location: ${cut(placeOf(content))}`;
    case "contacts":
      return `contact: ${cut(content.cards.map(({ name = "?" }) => name).join(", "))}`;
    case "form":
      return `form: ${cut(JSON.stringify(content.answers))}`;
    case "order":
      return `order of ${content.items.length} products`;
    case "trigger":
      return `event: ${content.intent}`;
    case "unsupported":
      return "a message that cannot be read";
  }
}

/** The names of pictures and recordings are made by phones and say nothing. */
function nameMedia(media: MediaKind, fileName: string): string {
  return media === "document" && fileName !== "" ? `document: ${fileName}` : media;
}

function placeOf(place: Extract<Content, { type: "location" }>): string {
  const { name, address, latitude, longitude } = place;
  return [name, address, `${latitude}, ${longitude}`]
    .filter((part) => part !== undefined)
    .join(", ");
}

function cut(text: string): string {
  return text.replaceAll(/\s+/g, " ").slice(0, MAX_DETAIL).toWellFormed();
}
