import { z } from "zod";
import type { Content } from "../../../messages.ts";
import { anything, identifier, isRecord } from "../../whatsapp/inbound/fields.ts";
import { findContent } from "./content.ts";
import { readLongTime } from "./long.ts";
import { unwrap } from "./unwrap.ts";

/** A person edited or deleted an earlier message. */
export interface Change {
  readonly externalId: string;
  readonly content: Extract<Content, { readonly type: "edit" | "revoke" }>;
  readonly text: string;
  readonly at: string | undefined;
}

const protocolSchema = z.object({
  key: z.object({ id: identifier }),
  type: anything,
  editedMessage: anything,
  timestampMs: anything,
});

/** The word, and the number it has since version 2.3.6. Source: Baileys, WAProto, `ProtocolMessage.Type`. */
const REVOKE: readonly unknown[] = ["REVOKE", 0];

/** Reads the message about a message that stands in `message`; undefined where there is none or it is a technical one. */
export function readProtocol(message: Readonly<Record<string, unknown>>): Change | undefined {
  return readChange(unwrap(message)["protocolMessage"]);
}

/** Reads a message about a message: an edit or a deletion. All other kinds are between the phones. */
export function readChange(raw: unknown): Change | undefined {
  const protocol = protocolSchema.safeParse(raw).data;
  if (protocol === undefined) return undefined;
  const original = protocol.key.id;
  const at = readLongTime(protocol.timestampMs);
  if (REVOKE.includes(protocol.type)) return { ...revocation(original), at };
  if (!isRecord(protocol.editedMessage)) return undefined;
  return {
    externalId: `edit:${original}:${at ?? ""}`,
    content: { type: "edit", original },
    text: findContent(protocol.editedMessage)?.reading.text ?? "",
    at,
  };
}

/** The deletion of a message; the provider reports it by more than one event, and it counts once. */
export function revocation(original: string): Omit<Change, "at"> {
  return { externalId: `revoke:${original}`, content: { type: "revoke", original }, text: "" };
}
