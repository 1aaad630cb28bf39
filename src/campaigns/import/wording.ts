import { LINE_DETAILS } from "../../db/campaign-import-lines.ts";
import { PROBLEMS } from "./read-row.ts";

/** What stands in reports, in Portuguese; reports are kept in English. */
const PORTUGUESE: ReadonlyMap<string, string> = new Map([
  [LINE_DETAILS.duplicate, "a pessoa já está na campanha ou mais acima nesta lista"],
  [LINE_DETAILS.optedOut, "a pessoa não quer mensagens; mantida como ignorada"],
  [
    PROBLEMS.cells,
    "tem mais células que a linha de títulos: um delimitador dentro de um texto pede aspas em volta",
  ],
  [
    PROBLEMS.encoding,
    "tem sinais que não podem ser lidos: informe a codificação do arquivo com ?encoding=",
  ],
  [
    PROBLEMS.rounded,
    "foi arredondado pelo Excel: formate a coluna como texto, escreva os números de novo e salve",
  ],
  [PROBLEMS.name, "tem um nome com mais de 200 caracteres"],
  [PROBLEMS.language, "tem um idioma que não é um como pt_BR"],
  [PROBLEMS.shape, "não é {to, name, language, params} com textos"],
  ["is empty", "está vazio"],
  ["is too long for a phone number", "é longo demais para um número de telefone"],
  [
    "has no country code: write it as +5561991112222",
    "não tem código de país: escreva como +5561991112222",
  ],
  [
    "is not a phone number such as +5561991112222",
    "não é um número de telefone como +5561991112222",
  ],
  ["has an extension, which no message reaches", "tem um ramal, ao qual nenhuma mensagem chega"],
  ["has too few or too many digits for its country", "tem dígitos de menos ou de mais para o país"],
]);

/** Says in a language what a line of a report says in English. */
export function wordProblem(detail: string, language: "en" | "pt-BR"): string {
  return language === "en" ? detail : (PORTUGUESE.get(detail) ?? detail);
}

/** The outcomes of lines as a report names them. */
export const OUTCOMES = {
  en: { duplicate: "duplicate", invalid: "invalid", opted_out: "opted out" },
  "pt-BR": { duplicate: "repetido", invalid: "inválido", opted_out: "não quer mensagens" },
} as const;
