import { language } from "../../shared/language.ts";

/** A sum in its currency, in the digits of the reader's language; small prices keep four. */
export function formatMoney(amount: number, currency: string): string {
  const maximumFractionDigits = Math.abs(amount) < 1 && amount !== 0 ? 4 : 2;
  const options = { style: "currency", currency, maximumFractionDigits } as const;
  try {
    return new Intl.NumberFormat(language.value, options).format(amount);
  } catch {
    // A word that is no currency to the browser.
    const plain = { maximumFractionDigits } as const;
    return `${new Intl.NumberFormat(language.value, plain).format(amount)} ${currency}`;
  }
}
