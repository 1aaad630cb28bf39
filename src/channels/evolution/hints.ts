import { hintFor as metaHint } from "../whatsapp/refusals/hints.ts";

interface Hint {
  readonly en: string;
  readonly ptBr: string;
}

/** What each refusal of the server itself means, in a sentence for the operator. */
const HINTS: Readonly<Record<string, Hint>> = {
  LICENSE_REQUIRED: {
    en: "The Evolution API server is not activated. Open its manager and activate it; sending goes on by itself.",
    ptBr: "O servidor Evolution API não está ativado. Ative-o no painel dele; o envio continua sozinho.",
  },
  not_on_whatsapp: {
    en: "The number is not on WhatsApp, or not in this form.",
    ptBr: "O número não está no WhatsApp, ou não nesta forma.",
  },
  not_available: {
    en: "This kind of instance or this version of the server has no such message.",
    ptBr: "Este tipo de instância ou esta versão do servidor não tem esta mensagem.",
  },
  not_connected: {
    en: "The instance is not connected to WhatsApp. Scan its QR code if it does not come back.",
    ptBr: "A instância não está conectada ao WhatsApp. Leia o QR code se ela não voltar.",
  },
  no_instance: {
    en: "The server knows no instance of this name. Check the configured names.",
    ptBr: "O servidor não conhece uma instância com este nome. Confira os nomes configurados.",
  },
  bad_media: {
    en: "The server takes files from addresses whose host is an IP or has a dot.",
    ptBr: "O servidor aceita arquivos de endereços cujo host é um IP ou tem um ponto.",
  },
  server_failure: {
    en: "The Evolution API server failed. It is tried again a few times.",
    ptBr: "O servidor Evolution API falhou. Tentamos de novo algumas vezes.",
  },
  http_401: {
    en: "The server refused the API key. Check EVOLUTION_API_KEY.",
    ptBr: "O servidor recusou a chave. Confira EVOLUTION_API_KEY.",
  },
};

/** Explains an error code in plain words, in Portuguese for `pt` tags and in English for all others. */
export function hintFor(code: string, language: string): string {
  const hint = Object.hasOwn(HINTS, code) ? HINTS[code] : undefined;
  if (hint === undefined) return metaHint(code, language);
  return /^pt\b/i.test(language) ? hint.ptBr : hint.en;
}
