import { writeFileSync } from "node:fs";
import path from "node:path";

/** The template that campaigns of these tests send, with its values from the list. */
export const ORDER = [
  "--channel",
  "whatsapp",
  "--template",
  "po_notification",
  "--lang",
  "pt_BR",
  ...["supplier_name={{nome}}", "po_number={{pedido}}", "total_amount={{valor}}"].flatMap(
    (param) => ["--param", param],
  ),
];

/** The phone number of the `n`th person. */
export const phoneOf = (n: number): string => `+55619${90_000_000 + n}`;

/** Writes a list of people, with more lines behind them. */
export function writeList(
  folder: string,
  name: string,
  people: readonly number[],
  more: readonly string[] = [],
): string {
  const lines = people.map((n) => `${phoneOf(n)},Pessoa ${n},${n},"10,00"`);
  const file = path.join(folder, name);
  writeFileSync(file, `${["phone,nome,pedido,valor", ...lines, ...more].join("\n")}\n`);
  return file;
}

/** Numbers from `first` on. */
export const range = (count: number, first: number): number[] =>
  Array.from({ length: count }, (_, index) => first + index);
