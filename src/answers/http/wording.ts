import type { Question, QuestionFile } from "../backend.ts";

/** A file that a bot can fetch for a while. */
export type Fetchable = Extract<QuestionFile, { readonly url: string }>;

export function fetchableOf({ file }: Question): Fetchable | undefined {
  return file !== undefined && "url" in file ? file : undefined;
}

/** The picture of a message that a bot can look at. */
export function imageOf(question: Question): Fetchable | undefined {
  const file = fetchableOf(question);
  return file?.mimeType.startsWith("image/") === true ? file : undefined;
}

/** Names the session for a bot that remembers by name: `/restart` or a long silence is a new one there too. */
export function sessionOf({ conversationId, session }: Question): string {
  return `${conversationId}:${Date.parse(session.startedAt)}`;
}

/**
 * Puts a message into plain words, never "", for bots that know texts only: what was said or tapped, and for anything else
 * what came, in brackets, with what can be told of it.
 */
export function wordsOf(question: Question): string {
  const { content, text } = question;
  switch (content.type) {
    case "text":
    case "trigger":
      return text === "" ? "[empty]" : text;
    case "choice":
      return content.payload.startsWith("/") || text === "" ? content.title : text;
    case "media":
      return joined(`[${content.media}]`, text, fetchableOf(question)?.url, content.fileName);
    case "location":
      return joined(
        "[location]",
        content.name,
        content.address,
        `${content.latitude},${content.longitude}`,
      );
    case "contacts":
      return joined("[contacts]", ...content.cards.map(({ name }) => name));
    case "form":
      return joined("[form]", content.name, JSON.stringify(content.answers));
    case "order":
      return joined(
        "[order]",
        ...content.items.map(({ productId, quantity }) => `${quantity} x ${productId}`),
      );
    case "reaction":
    case "call_permission":
    case "edit":
    case "revoke":
    case "unsupported":
      return joined(`[${content.type}]`, text);
  }
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" ");
}
