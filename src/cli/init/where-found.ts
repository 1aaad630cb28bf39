/** Where the value of a variable is found, for people who have never looked for it. */
const PLACES: Readonly<Record<string, string>> = {
  WPP_AUTHORIZATION_TOKEN:
    "developers.facebook.com, your app, WhatsApp, API setup (lasts a day); for good, a system user's token with both WhatsApp permissions",
  WPP_PHONE_NUMBER_IDENTIFIER:
    "the phone number id on the same page: digits, and not the phone number",
  WHATSAPP_BUSINESS_ACCOUNT_ID: "the WhatsApp Business account id on the same page",
  WHATSAPP_APP_SECRET: "your app, App settings, Basic",
  WPP_VERIFY_TOKEN: "your own word, long and random (`openssl rand -hex 24`)",
  SERPRO_CLIENT_ID: "the Client ID that Serpro gave you",
  SERPRO_CLIENT_SECRET: "the Client Secret that Serpro gave you",
  SERPRO_WABA_ID: "the Waba ID that Serpro gave you",
  SERPRO_PHONE_NUMBER_ID: "the Phone Number Id that Serpro gave you; the Client ID where empty",
  SERPRO_WEBHOOK_TOKEN: "your own word, long and random (`openssl rand -hex 24`)",
  WHATSAPP_CHANNEL_ID_GUID:
    "Azure portal, your Communication Services resource, Channels: a GUID, and not the phone number",
  ACS_CONNECTION_STRING: "Azure portal, your Communication Services resource, Keys",
  EVENT_GRID_VALIDATION_KEY: "your own word, long and random (`openssl rand -hex 24`)",
  EVOLUTION_BASE_URL:
    "the address of your Evolution API server, such as https://evolution.example.org",
  EVOLUTION_API_KEY: "AUTHENTICATION_API_KEY of your Evolution API server",
  EVOLUTION_INSTANCE: "the name of the instance in Evolution's manager",
  EVOLUTION_WEBHOOK_SECRET: "your own word, long and random (`openssl rand -hex 24`)",
  RASA_URL: "the address of your Rasa server, such as http://localhost:5005",
  OPENAI_API_KEY: "platform.openai.com, API keys",
  OPENAI_MODEL: "the model's name, as its server writes it",
  HTTP_BOT_URL: "the address that each message is posted to",
  PUBLIC_URL: "the https address at which the world reaches this bridge",
  DATABASE_URL: "postgres://user:password@host:5432/database; empty for the embedded one",
};

/** Where the value of a variable is found; undefined for one that says it itself. */
export const whereFound = (variable: string): string | undefined => PLACES[variable];
