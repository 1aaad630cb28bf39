import { signal } from "@preact/signals";

/** What was typed and not sent yet; it stays whatever else is looked at. */
export const draft = signal("");

/** The message that is answered with the next one. */
export const quote = signal<{ readonly externalId: string; readonly text: string } | undefined>(
  undefined,
);
