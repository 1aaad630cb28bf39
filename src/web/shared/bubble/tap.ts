/** What somebody tapped in a message. */
export interface Tapped {
  readonly source: "button" | "list" | "template_button";
  readonly id: string;
  readonly title: string;
  readonly description?: string;
}

export type OnTap = (tapped: Tapped) => void;
