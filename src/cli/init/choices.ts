import { InvalidArgumentError } from "@commander-js/extra-typings";

/** A variable that a choice needs. */
export interface Needed {
  readonly name: string;
  readonly isSecret?: boolean;
  /** A word of one's own: made up here where nobody gives one. */
  readonly isOwnWord?: boolean;
  /** May stay empty. */
  readonly isOptional?: boolean;
  /** Proposed, and taken where nobody says otherwise. */
  readonly usual?: string;
}

/** A provider or a backend that can be chosen. */
export interface Choice {
  readonly name: string;
  /** What it is, in a line. */
  readonly title: string;
  readonly variables: readonly Needed[];
}

export const PROVIDERS: readonly Choice[] = [
  {
    name: "cloud",
    title: "WhatsApp by Meta's Cloud API",
    variables: [
      { name: "WPP_AUTHORIZATION_TOKEN", isSecret: true },
      { name: "WPP_PHONE_NUMBER_IDENTIFIER" },
      { name: "WHATSAPP_BUSINESS_ACCOUNT_ID" },
      { name: "WHATSAPP_APP_SECRET", isSecret: true },
      { name: "WPP_VERIFY_TOKEN", isSecret: true, isOwnWord: true },
    ],
  },
  {
    name: "serpro",
    title: "WhatsApp by Serpro, for the Brazilian government",
    variables: [
      { name: "SERPRO_CLIENT_ID" },
      { name: "SERPRO_CLIENT_SECRET", isSecret: true },
      { name: "SERPRO_WABA_ID" },
      { name: "SERPRO_PHONE_NUMBER_ID", isOptional: true },
      { name: "SERPRO_WEBHOOK_TOKEN", isSecret: true, isOwnWord: true },
    ],
  },
  {
    name: "acs",
    title: "WhatsApp by Azure Communication Services (ends in 2028, no new customers)",
    variables: [
      { name: "WHATSAPP_CHANNEL_ID_GUID" },
      { name: "ACS_CONNECTION_STRING", isSecret: true },
      { name: "EVENT_GRID_VALIDATION_KEY", isSecret: true, isOwnWord: true },
    ],
  },
  {
    name: "evolution",
    title: "an ordinary WhatsApp phone, by Evolution API",
    variables: [
      { name: "EVOLUTION_BASE_URL" },
      { name: "EVOLUTION_API_KEY", isSecret: true },
      { name: "EVOLUTION_INSTANCE" },
      { name: "EVOLUTION_WEBHOOK_SECRET", isSecret: true, isOwnWord: true },
    ],
  },
  { name: "none", title: "none for now: the phone simulator and REST", variables: [] },
];

export const BACKENDS: readonly Choice[] = [
  { name: "templates", title: "a bot inside the bridge, from files", variables: [] },
  {
    name: "rasa",
    title: "a Rasa server",
    variables: [{ name: "RASA_URL", usual: "http://localhost:5005" }],
  },
  {
    name: "openai",
    title: "OpenAI, or a server that speaks its protocol",
    variables: [{ name: "OPENAI_API_KEY", isSecret: true }, { name: "OPENAI_MODEL" }],
  },
  {
    name: "http",
    title: "any bot that takes a POST (Dify, Flowise, n8n, Typebot or your own)",
    variables: [{ name: "HTTP_BOT_URL" }],
  },
];

/** Variables that everybody may want. */
export const COMMON: readonly Needed[] = [
  { name: "PUBLIC_URL", isOptional: true },
  { name: "DATABASE_URL", isSecret: true, isOptional: true },
];

/** Reads a list of names such as `cloud,evolution`. Throws for one that is none. */
export function readChoices(text: string, from: readonly Choice[]): readonly Choice[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  const chosen = [...new Set(names)].map((name) => {
    const choice = from.find((one) => one.name === name);
    if (choice !== undefined) return choice;
    const known = from.map((one) => one.name).join(", ");
    throw new InvalidArgumentError(`${JSON.stringify(name)} is none of ${known}`);
  });
  return chosen;
}
