import { z } from "zod";
import { storableText } from "../../storable.ts";
import { withoutSecrets } from "../provider-answer.ts";
import { identifier, isRecord } from "../whatsapp/inbound/fields.ts";

/** The id under which the provider took a request; published integrations have it as text and as number. */
export const requestIdentifier = z.union([z.int().transform(String), z.string()]).pipe(identifier);

/** Characters kept of an answer that nobody has described. */
const EVIDENCE_MAX_LENGTH = 2_048;

/** What a token looks like whose value we do not know: three parts of base64url, or what follows the word Bearer. */
const TOKENS = [/eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, /(?<=bearer +)\S+/gi] as const;

const SUCCESS = { from: 200, to: 299 } as const;

/** Whether an HTTP status says that the request was taken. */
export function isSuccess(status: number): boolean {
  return status >= SUCCESS.from && status <= SUCCESS.to;
}

/** Takes our secrets, and whatever looks like a token, out of the provider's words. */
export function withoutTokens(words: string, secrets: readonly string[]): string {
  const known = withoutSecrets(words, secrets);
  return TOKENS.reduce((text, token) => text.replace(token, "[secret]"), known);
}

/** Keeps an answer as evidence of what the provider says: safe to store and to show, and cut to 2 kB. */
export function evidenceOf(body: string, secrets: readonly string[]): string {
  return storableText(withoutTokens(body, secrets)).slice(0, EVIDENCE_MAX_LENGTH).toWellFormed();
}

/** What an answer to a send says about the message; both ids may be missing. */
export interface TakenMessage {
  /** The provider's id of the message itself. */
  readonly messageId?: string;
  /** The id of the request; statuses may repeat it beside the message's id. */
  readonly requestId?: string;
  /** Whether the answer has the one shape that is known from a running integration. */
  readonly isKnown: boolean;
}

const byRequest = z.object({ id: requestIdentifier });
const byName = z.object({ idRequisicao: requestIdentifier });
const byMessage = z.object({ messages: z.tuple([byRequest], z.unknown()) });
const byRecipient = z.object({ requisicoes: z.tuple([byRequest], z.unknown()) });

/**
 * Reads the answer to a send in any shape it may have: no published document describes it. Integrations read `id`, without
 * saying whether it names the request or the message; the other shapes are what a relay of Meta might answer.
 * Source: published integrations.
 */
export function readTaken(body: unknown): TakenMessage {
  const request = byRequest.safeParse(body).data;
  if (request !== undefined) return { ...named(request.id), isKnown: true };
  const message = byMessage.safeParse(body).data?.messages[0];
  const own = byName.safeParse(body).data?.idRequisicao;
  const recipient = byRecipient.safeParse(body).data?.requisicoes[0];
  const id = message?.id ?? own ?? recipient?.id;
  return id === undefined ? { isKnown: false } : { ...named(id), isKnown: false };
}

function named(id: string): { messageId: string } | { requestId: string } {
  return id.startsWith("wamid.") ? { messageId: id } : { requestId: id };
}

/** The object an answer is, empty where it is none. */
export function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return isRecord(body) ? body : {};
}
