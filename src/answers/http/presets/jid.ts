import type { Question } from "../../backend.ts";

/** The person's name as Evolution API writes it; only phones and LIDs have one there, anybody else goes by our own id. */
export function jidOf({ identities, contactId }: Question): string {
  const lid = identities.find(({ kind }) => kind === "lid");
  const phone = identities.find(({ kind }) => kind === "phone");
  if (phone !== undefined) return `${phone.value}@s.whatsapp.net`;
  return lid === undefined ? contactId : `${lid.value}@lid`;
}
