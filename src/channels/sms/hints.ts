import { isReportCode, type ReportCode } from "./report-codes.ts";

interface Hint {
  readonly en: string;
  readonly "pt-BR": string;
}

/** What an operator can do about each code of a delivery report. */
const HINTS: Readonly<Record<ReportCode, Hint>> = {
  "4000": {
    en: "The message was blocked because of suspected fraud. Write to Azure support before you send again.",
    "pt-BR":
      "A mensagem foi bloqueada por suspeita de fraude. Fale com o suporte do Azure antes de enviar de novo.",
  },
  "4001": {
    en: "The sender is not valid. Compare SMS_CHANNEL_ID with the numbers of the Azure resource.",
    "pt-BR": "O remetente não é válido. Compare SMS_CHANNEL_ID com os números do recurso do Azure.",
  },
  "4002": {
    en: "The recipient's number is not valid.",
    "pt-BR": "O número do destinatário não é válido.",
  },
  "4003": {
    en: "The recipient's number cannot get text messages, or its country is not served by this sender.",
    "pt-BR":
      "O número do destinatário não recebe SMS, ou o país dele não é atendido por este remetente.",
  },
  "4004": {
    en: "The recipient's number does not exist.",
    "pt-BR": "O número do destinatário não existe.",
  },
  "4005": {
    en: "The recipient's carrier blocked the message. Look at its content, links above all.",
    "pt-BR":
      "A operadora do destinatário bloqueou a mensagem. Reveja o conteúdo, sobretudo os links.",
  },
  "4006": {
    en: "The phone cannot be reached now. It is tried again later.",
    "pt-BR": "O celular está fora de alcance agora. Haverá nova tentativa mais tarde.",
  },
  "4007": {
    en: "The person opted out of messages of this sender. Nothing more is sent until they come back.",
    "pt-BR":
      "A pessoa pediu para não receber mensagens deste remetente. Nada mais é enviado até ela voltar.",
  },
  "4008": {
    en: "The sender has used up its volume. Sending slows down by itself; ask Azure for a higher limit.",
    "pt-BR":
      "O remetente esgotou o volume permitido. O envio fica mais lento; peça um limite maior ao Azure.",
  },
  "4009": {
    en: "Azure does not let this resource send messages. Check its entitlement with Azure support.",
    "pt-BR":
      "O Azure não permite que este recurso envie mensagens. Verifique com o suporte do Azure.",
  },
  "4010": {
    en: "The toll-free number is not verified yet. Submit its verification in the Azure portal.",
    "pt-BR":
      "O número de ligação gratuita ainda não foi verificado. Peça a verificação no portal do Azure.",
  },
  "4020": {
    en: "Too many messages for this sender or person. Sending slows down by itself.",
    "pt-BR": "Mensagens demais para este remetente ou pessoa. O envio fica mais lento.",
  },
  "5000": {
    en: "The carrier could not deliver the message and gives no better reason.",
    "pt-BR": "A operadora não conseguiu entregar a mensagem e não diz por quê.",
  },
  "5001": {
    en: "The carrier has a passing problem. The message is tried again.",
    "pt-BR": "A operadora está com um problema passageiro. Haverá nova tentativa.",
  },
  "9999": {
    en: "Delivery failed for a reason nobody knows. The message is tried once more.",
    "pt-BR": "A entrega falhou sem motivo conhecido. Haverá mais uma tentativa.",
  },
};

/** Explains a code of a delivery report in plain words; undefined for one that we do not know. */
export function hintFor(code: string, language: "en" | "pt-BR"): string | undefined {
  return isReportCode(code) ? HINTS[code][language] : undefined;
}
