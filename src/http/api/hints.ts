import type { ErrorCode } from "../../errors.ts";
import type { Language } from "./dependencies.ts";

/** What an operator can do about the failures that end in the dead letters. */
export const HINTS = {
  answer_unreachable: {
    en: "The answer backend could not be reached. Check that it runs and that its URL is right, then replay.",
    "pt-BR":
      "Não foi possível alcançar o backend de respostas. Verifique se está no ar e se a URL está correta e reprocesse.",
  },
  answer_timeout: {
    en: "The answer backend took too long and may have run the turn. Raise its time limit or make it faster; replaying may run its actions twice.",
    "pt-BR":
      "O backend de respostas demorou demais e pode ter executado o turno. Aumente o tempo limite ou torne-o mais rápido; reprocessar pode repetir ações.",
  },
  answer_refused: {
    en: "The answer backend answered with an error. Read its log, correct it, then replay.",
    "pt-BR": "O backend de respostas retornou um erro. Consulte o log dele, corrija e reprocesse.",
  },
  answer_unreadable: {
    en: "The answer backend sent something that is not a list of replies. Check that the URL is the right endpoint.",
    "pt-BR":
      "O backend de respostas enviou algo que não é uma lista de respostas. Verifique se a URL é a do endpoint certo.",
  },
  answer_paused: {
    en: "The answer backend had failed too often and was not asked. See GET /backends for its last failure, correct it, then replay.",
    "pt-BR":
      "O backend de respostas falhou vezes demais e não foi consultado. Veja a última falha em GET /backends, corrija e reprocesse.",
  },
  channel_unavailable: {
    en: "The provider could not be reached or failed. Look at its status page and replay when it is back.",
    "pt-BR":
      "O provedor não respondeu ou falhou. Consulte a página de status dele e reprocesse quando voltar.",
  },
  channel_throttled: {
    en: "The provider asked us to slow down for longer than we may wait. Replay later and lower the send rate.",
    "pt-BR":
      "O provedor pediu para reduzir o ritmo por mais tempo do que podemos esperar. Reprocesse mais tarde e reduza a taxa de envio.",
  },
  channel_refused: {
    en: "The provider refused this message. Replaying helps only once the cause it gave is gone.",
    "pt-BR":
      "O provedor recusou esta mensagem. Reprocessar só ajuda depois que a causa informada for resolvida.",
  },
  channel_invalid_payload: {
    en: "The provider found the message malformed. Correct the bot's reply or report a fault of the bridge.",
    "pt-BR":
      "O provedor considerou a mensagem malformada. Corrija a resposta do bot ou relate uma falha da ponte.",
  },
  channel_account_blocked: {
    en: "The provider stopped this account. Check its token, billing and quality in the provider's console.",
    "pt-BR":
      "O provedor bloqueou esta conta. Verifique token, cobrança e qualidade no console do provedor.",
  },
  channel_unreadable: {
    en: "The provider's answer could not be understood. Check the configured address and API version.",
    "pt-BR":
      "A resposta do provedor não pôde ser entendida. Verifique o endereço e a versão da API configurados.",
  },
  channel_uncertain: {
    en: "Nobody can say whether the provider took this message. Ask the person before you replay: it may arrive twice.",
    "pt-BR":
      "Não é possível saber se o provedor aceitou a mensagem. Confirme com a pessoa antes de reprocessar: ela pode chegar duas vezes.",
  },
  channel_window_closed: {
    en: "The customer-service window is closed. Send a template, or wait until the person writes again.",
    "pt-BR":
      "A janela de atendimento está fechada. Envie um template ou espere a pessoa escrever de novo.",
  },
  channel_opted_out: {
    en: "The person wants no such messages. Only they can change that, by writing or by telling you.",
    "pt-BR":
      "A pessoa não quer essas mensagens. Só ela pode mudar isso, escrevendo ou avisando você.",
  },
  channel_unknown: {
    en: "The channel is no longer configured. Configure it again, then replay.",
    "pt-BR": "O canal não está mais configurado. Configure-o novamente e reprocesse.",
  },
  store_data: {
    en: "The database refused a value of this message. Report it: the message itself is the example.",
    "pt-BR":
      "O banco de dados recusou um valor desta mensagem. Relate o problema: a própria mensagem é o exemplo.",
  },
} as const satisfies Partial<Record<ErrorCode, Record<Language, string>>>;

/** Why somebody was left out of a campaign, or a message taken back: words that are no error codes. */
const REASONS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  opted_out: HINTS.channel_opted_out,
  missing_values: {
    en: "The list has no value for one of the message's placeholders. Complete it and send it again.",
    "pt-BR":
      "A lista não tem valor para uma das variáveis da mensagem. Complete-a e envie-a de novo.",
  },
  template_language: {
    en: "The template is not there in this person's language. Have it approved, or leave the language out.",
    "pt-BR":
      "O template não existe no idioma desta pessoa. Peça a aprovação dele ou deixe o idioma em branco.",
  },
  not_renderable: {
    en: "The channel makes no message of it for this person. Try it as a dry run to see why.",
    "pt-BR":
      "O canal não consegue montar a mensagem para esta pessoa. Faça um ensaio (dry_run) para ver o motivo.",
  },
  erased: {
    en: "The person's data was erased before the message was sent.",
    "pt-BR": "Os dados da pessoa foram apagados antes do envio.",
  },
  campaign_cancelled: {
    en: "The campaign was cancelled before this message was sent.",
    "pt-BR": "A campanha foi cancelada antes do envio desta mensagem.",
  },
  request_cancelled: {
    en: "The message was cancelled before it was sent.",
    "pt-BR": "A mensagem foi cancelada antes do envio.",
  },
};

const BY_CODE: ReadonlyMap<string, Readonly<Record<Language, string>>> = new Map(
  Object.entries({ ...HINTS, ...REASONS }),
);

const QUARANTINED: Readonly<Record<Language, string>> = {
  en: "A genuine webhook whose body could not be understood. Look at it under events; replay after an update of the bridge.",
  "pt-BR":
    "Um webhook autêntico cujo corpo não pôde ser entendido. Veja-o em events; reprocesse após atualizar a ponte.",
};

/** What an operator can do about one of our error codes; undefined where nothing is known. */
export function ownHint(code: string, language: Language): string | undefined {
  return BY_CODE.get(code)?.[language];
}

/** What an operator can do about a quarantined webhook. */
export function quarantineHint(language: Language): string {
  return QUARANTINED[language];
}
