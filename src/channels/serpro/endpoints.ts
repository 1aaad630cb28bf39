import { BridgeError } from "../../errors.ts";
import type { SerproSettings } from "./settings.ts";

/** The forms of message there are; each is the last part of the address it is posted to. */
export const FORMS = [
  "texto",
  "interativa-botoes",
  "interativa-lista",
  "interativa-localizacao",
  "media",
  "template",
] as const;

export type Form = (typeof FORMS)[number];

/** Where an account is reached. */
export type Place = Pick<SerproSettings, "base_url" | "client_id">;

/**
 * Every address of the API that the channel uses, in one place: parts of it are known from its users alone.
 * Source: Serpro WhatsApp API documentation, quick guide, request packages; published integrations.
 */
export function endpointsOf({ base_url: base, client_id: client }: Place) {
  const line = `${base}/client/${segment(client)}/v2`;
  return {
    token: `${base}/oauth2/token`,
    message: (form: Form) => `${line}/requisicao/mensagem/${form}`,
    readReceipt: `${line}/requisicao/informacao-de-leitura`,
    request: (id: string) => `${line}/requisicao/${segment(id)}`,
    uploads: `${line}/media`,
    file: (id: string) => `${line}/media/${segment(id)}`,
    webhooks: `${line}/webhook`,
    templates: (account: string) => `${base}/waba/${segment(account)}/v2/templates`,
    webhook: (id: string) => `${line}/webhook/${segment(id)}`,
  };
}

/** Writes an id as one part of a path. Throws `channel_invalid_payload` for one that would lead elsewhere. */
function segment(id: string): string {
  if (id === "" || id === "." || id === "..") {
    throw new BridgeError("channel_invalid_payload", "an id is empty or a relative path");
  }
  return encodeURIComponent(id.toWellFormed());
}
