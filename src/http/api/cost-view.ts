import { z } from "zod";
import type { Cost, CostNote } from "../../campaigns/costs.ts";
import type { Language } from "./dependencies.ts";

/** A sum of money as the API shows it. */
export const costView = z
  .strictObject({
    currency: z.string(),
    amount: z
      .number()
      .nullable()
      .meta({ description: "Null where a price is not known; the notes say which." }),
    by_category: z.array(
      z.strictObject({
        channel: z.string(),
        category: z.string().nullable(),
        count: z.int(),
        amount: z.number().nullable(),
      }),
    ),
    notes: z.array(z.strictObject({ code: z.string(), detail: z.string() })),
  })
  .meta({ id: "Cost" });

function describe(note: CostNote, language: Language): string {
  const isEnglish = language === "en";
  switch (note.code) {
    case "price_unknown": {
      const what = note.category ?? (isEnglish ? "no known category" : "categoria desconhecida");
      return isEnglish
        ? `costs.prices has no price for ${note.channel} and ${what}`
        : `costs.prices não tem preço para ${note.channel} e ${what}`;
    }
    case "price_not_reported":
      return isEnglish
        ? `the provider has not said yet what ${note.count} messages are billed as`
        : `o provedor ainda não informou como ${note.count} mensagens são cobradas`;
    case "free_service_messages":
      return isEnglish
        ? `${note.count} service messages fall under the month's free allowance`
        : `${note.count} mensagens de serviço estão na franquia gratuita do mês`;
  }
}

/** Shows a cost in the caller's language. */
export function showCost(cost: Cost, language: Language): z.output<typeof costView> {
  return {
    currency: cost.currency,
    amount: cost.amount,
    by_category: cost.by_category.map((one) => ({ ...one })),
    notes: cost.notes.map((note) => ({ code: note.code, detail: describe(note, language) })),
  };
}
