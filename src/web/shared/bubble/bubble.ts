/** A file within a message. */
export interface BubbleMedia {
  readonly kind: "image" | "video" | "audio" | "voice" | "document" | "sticker";
  /** An address of the file, where there is one. Only one of ours is ever loaded; a foreign one is shown in words. */
  readonly source?: string | undefined;
  readonly name?: string | undefined;
  /** Why the file that a person sent is not kept: a closed word. */
  readonly missing?: string | undefined;
}

/** What can be tapped and answers the bot. */
export interface BubbleButton {
  readonly id: string;
  readonly title: string;
  readonly source: "button" | "template_button";
}

/** A button that opens something instead. */
export interface BubbleLink {
  readonly title: string;
  /** An address or a phone number, as written; shown, and opened only on demand. */
  readonly target: string;
}

export interface BubbleRow {
  readonly id: string;
  readonly title: string;
  readonly description?: string | undefined;
}

export interface BubbleList {
  /** What opens it. */
  readonly button: string;
  readonly sections: readonly {
    readonly title: string;
    readonly rows: readonly BubbleRow[];
  }[];
}

export interface BubbleLocation {
  readonly latitude: number;
  readonly longitude: number;
  readonly name?: string | undefined;
  readonly address?: string | undefined;
}

/** A contact card: a name, and lines with numbers and addresses. */
export interface BubbleCard {
  readonly name: string;
  readonly lines: readonly string[];
}

/** One message as a phone would show it, whatever provider carried it. Every text is somebody else's. */
export interface Bubble {
  readonly header?: string | undefined;
  readonly text: string;
  readonly footer?: string | undefined;
  readonly media?: BubbleMedia | undefined;
  readonly location?: BubbleLocation | undefined;
  readonly cards?: readonly BubbleCard[] | undefined;
  readonly buttons: readonly BubbleButton[];
  readonly links: readonly BubbleLink[];
  readonly list?: BubbleList | undefined;
  /** An emoji, where the message is a reaction to another; "" where one was taken back. */
  readonly reaction?: string | undefined;
  /** The template it is. */
  readonly template?: string | undefined;
  /** What is more than words and has no picture here, named: a form, an order, an unknown kind. */
  readonly other?: string | undefined;
}

/** A message of which only the words are known. */
export function textBubble(text: string): Bubble {
  return { text, buttons: [], links: [] };
}
