import { defineTexts } from "../shared/texts.ts";

/** Texts of the phone simulator. */
export const simulator = defineTexts(
  { title: "Phone simulator" },
  { title: "Simulador de telefone" },
);
