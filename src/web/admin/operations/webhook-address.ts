import type { Channel } from "./types.ts";

/** Where the provider is to call; without a public URL, what this page guesses from its own address. */
export function webhookAddress(
  { webhook_url: known, webhook_path: path }: Pick<Channel, "webhook_url" | "webhook_path">,
  origin: string,
): string {
  return known ?? `${origin}${path}`;
}

/** A picture that a provider sent: only a PNG within the text itself is ever loaded. */
export function readPicture(text: string | null): string | undefined {
  return text !== null && /^data:image\/png;base64,[A-Za-z0-9+/]+={0,2}$/.test(text)
    ? text
    : undefined;
}
