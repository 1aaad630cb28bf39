/** A file within a message. `source` is an address that may be shown, where there is one. */
export interface BubbleMedia {
  readonly kind: "image" | "video" | "audio" | "voice" | "document" | "sticker";
  readonly source?: string;
  readonly name?: string;
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

export interface BubbleList {
  /** What opens it. */
  readonly button: string;
  readonly sections: readonly {
    readonly title: string;
    readonly rows: readonly {
      readonly id: string;
      readonly title: string;
      readonly description?: string;
    }[];
  }[];
}

export interface BubbleLocation {
  readonly latitude: number;
  readonly longitude: number;
  readonly name?: string;
  readonly address?: string;
}

/** One message as a phone would show it, whatever provider carried it. Every text is somebody else's. */
export interface Bubble {
  readonly header?: string;
  readonly text: string;
  readonly footer?: string;
  readonly media?: BubbleMedia;
  readonly location?: BubbleLocation;
  readonly buttons: readonly BubbleButton[];
  readonly links: readonly BubbleLink[];
  readonly list?: BubbleList;
  /** An emoji, where the message is a reaction to another. */
  readonly reaction?: string;
  /** The template it is. */
  readonly template?: string;
  /** What cannot be drawn, named: a form, an order, an unknown kind. */
  readonly other?: string;
}
