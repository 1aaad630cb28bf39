import type { Reading } from "../../whatsapp/inbound/content.ts";
import { isRecord, word } from "../../whatsapp/inbound/fields.ts";
import { MEDIA_READERS } from "./content-media.ts";
import { OTHER_READERS } from "./content-other.ts";
import { REPLY_READERS } from "./content-replies.ts";
import type { Reader } from "./content-reader.ts";
import { unwrap } from "./unwrap.ts";

/** What a message says, and the context that stands within its content. */
export interface Found {
  readonly reading: Reading;
  readonly context: unknown;
}

/** What stands in a message beside its content, or means nothing to a person. */
const TECHNICAL: ReadonlySet<string> = new Set([
  "messageContextInfo",
  "senderKeyDistributionMessage",
  "protocolMessage",
  "base64",
  "mediaUrl",
  "speechToText",
  "contextInfo",
  "albumMessage",
  "callLogMesssage",
  "encReactionMessage",
  "keepInChatMessage",
  "pinInChatMessage",
  "secretEncryptedMessage",
]);

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...REPLY_READERS,
  ...MEDIA_READERS,
  ...OTHER_READERS,
]);

/**
 * Finds what a message says, in its envelopes. The type that the provider names is not asked: it follows from the same keys
 * and differs between versions. Undefined where there is nothing that a person could have said.
 */
export function findContent(raw: unknown): Found | undefined {
  const message = unwrap(raw);
  const outer = isRecord(raw) ? raw : {};
  const keys = Object.keys(message).filter((key) => !TECHNICAL.has(key) && isGiven(message[key]));
  const [key] = [...keys.filter((each) => READERS.has(each)), ...keys];
  if (key === undefined) return undefined;
  const part = message[key];
  const context = (isRecord(part) ? part["contextInfo"] : undefined) ?? message["contextInfo"];
  const reading = READERS.get(key)?.(part, { ...message, ...besides(outer) });
  if (reading === "nothing") return undefined;
  return { reading: reading ?? unreadable(key), context };
}

/** The server puts its own additions beside the outermost envelope. */
function besides(outer: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = ["mediaUrl", "speechToText"] as const;
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(outer, name)).map((name) => [name, outer[name]]),
  );
}

function isGiven(part: unknown): boolean {
  return part !== undefined && part !== null;
}

function unreadable(key: string): Reading {
  return { content: { type: "unsupported", providerType: word(key) }, text: "" };
}
