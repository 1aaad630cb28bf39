import { PAUSE_WORDS, type PauseWord } from "../../campaigns/guard.ts";
import type { Language } from "./dependencies.ts";

/** What an operator can do about a campaign that paused. */
const HINTS: Readonly<Record<PauseWord, Readonly<Record<Language, string>>>> = {
  operator: {
    en: "Somebody paused it. Resume it when it may go on.",
    "pt-BR": "Alguém a pausou. Retome-a quando puder continuar.",
  },
  provider_alert: {
    en: "The provider stopped the account: check token, billing, limits and quality in its console, mend the cause, then resume. Nothing is lost; who was not sent to is still open.",
    "pt-BR":
      "O provedor interrompeu a conta: verifique token, cobrança, limites e qualidade no console dele, corrija a causa e retome. Nada se perdeu; quem não recebeu continua na fila.",
  },
  pair_limit: {
    en: "Many messages went to the same people in a short time. Check the list for repeated numbers and wait some minutes before resuming.",
    "pt-BR":
      "Muitas mensagens foram para as mesmas pessoas em pouco tempo. Confira números repetidos na lista e espere alguns minutos antes de retomar.",
  },
  template_unusable: {
    en: "The provider does not send the template now. A campaign does not resume by itself: once the template is approved again, sync the templates and resume it, or make a new campaign with another one.",
    "pt-BR":
      "O provedor não envia o template agora. A campanha não retoma sozinha: quando o template for aprovado de novo, sincronize os templates e retome-a, ou crie outra campanha com outro template.",
  },
  account_restricted: {
    en: "The provider restricted the business account. Resolve the violation in its console before resuming: more sending may block the account.",
    "pt-BR":
      "O provedor restringiu a conta. Resolva a violação no console dele antes de retomar: continuar enviando pode bloquear a conta.",
  },
  account_quality: {
    en: "People block or report messages of this number. Review whom you write to and what, and resume more slowly.",
    "pt-BR":
      "As pessoas estão bloqueando ou denunciando mensagens deste número. Reveja para quem e o que envia e retome mais devagar.",
  },
  accounts_disconnected: {
    en: "None of the campaign's accounts is connected. Connect one (for instances: scan the QR code), then resume.",
    "pt-BR":
      "Nenhuma conta da campanha está conectada. Conecte uma (em instâncias: leia o QR code) e retome.",
  },
  error_rate: {
    en: "Too many messages failed. Look at the failures by code, correct the list or the message, then resume.",
    "pt-BR":
      "Falharam mensagens demais. Veja as falhas por código, corrija a lista ou a mensagem e retome.",
  },
};

/** What an operator can do about a reason; null where it is none of ours. */
export function pauseHint(reason: string, language: Language): string | null {
  const word = PAUSE_WORDS.find((one) => one === reason);
  return word === undefined ? null : HINTS[word][language];
}
