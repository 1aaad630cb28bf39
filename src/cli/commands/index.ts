import type { CommandModule } from "../command.ts";

/** A command that is loaded when it is called: most of them need a part of the program only. */
export interface CommandEntry {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** When it reads the configuration: "here" stands for where the call does not say which bridge is meant. */
  readonly reads?: "always" | "here" | "never";
  readonly load: () => Promise<CommandModule>;
}

/** Every command, in the order in which somebody meets them. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "start",
    summary: "Run the bridge",
    reads: "never",
    load: async () => (await import("./start.ts")).startCommand,
  },
  {
    name: "init",
    summary: "Write the files a bridge of your own begins with",
    load: async () => (await import("./init.ts")).initCommand,
  },
  {
    name: "doctor",
    summary: "Check everything, and say what to do about what is wrong",
    load: async () => (await import("./doctor.ts")).doctorCommand,
  },
  {
    name: "webhook",
    summary: "Register, list, verify and replay webhooks at the provider",
    load: async () => (await import("./webhook.ts")).webhookCommand,
  },
  {
    name: "simulate",
    summary: "Talk with the bot on the terminal, or play scripted conversations as tests",
    load: async () => (await import("./simulate.ts")).simulateCommand,
  },
  {
    name: "lint",
    summary: "Show what each response becomes on each channel, and every limit it breaks",
    load: async () => (await import("./lint.ts")).lintCommand,
  },
  {
    name: "intents",
    summary: "Test what the templates understand",
    load: async () => (await import("./intents.ts")).intentsCommand,
  },
  {
    name: "time-machine",
    summary: "Ask another backend what people wrote, and compare the answers",
    load: async () => (await import("./time-machine.ts")).timeMachineCommand,
  },
  {
    name: "send",
    summary: "Send a text, a reply or a template to one person",
    reads: "here",
    load: async () => (await import("./send.ts")).sendCommand,
  },
  {
    name: "explain",
    summary: "Show a message's whole way, from webhook to ticks",
    reads: "here",
    load: async () => (await import("./explain.ts")).explainCommand,
  },
  {
    name: "start-link",
    summary: "Make a link, and its QR code, that opens a chat with us",
    reads: "never",
    load: async () => (await import("./start-link.ts")).startLinkCommand,
  },
  {
    name: "templates",
    summary: "List, sync and check the providers' templates",
    load: async () => (await import("./templates.ts")).templatesCommand,
  },
  {
    name: "campaign",
    summary: "Import a list, start, watch and export a campaign",
    reads: "here",
    load: async () => (await import("./campaign.ts")).campaignCommand,
  },
  {
    name: "dead-letters",
    summary: "See what was given up, and try it again",
    reads: "here",
    load: async () => (await import("./dead-letters.ts")).deadLettersCommand,
  },
  {
    name: "privacy",
    summary: "Find, export and erase what is kept on a person",
    reads: "here",
    load: async () => (await import("./privacy.ts")).privacyCommand,
  },
  {
    name: "keys",
    summary: "Make, list and revoke keys of the API",
    reads: "here",
    load: async () => (await import("./keys.ts")).keysCommand,
  },
  {
    name: "reload",
    summary: "Let the running bridge read its configuration again",
    reads: "here",
    load: async () => (await import("./reload.ts")).reloadCommand,
  },
  {
    name: "log-level",
    summary: "Show or change what the running bridge writes to its log",
    reads: "here",
    load: async () => (await import("./log-level.ts")).logLevelCommand,
  },
  {
    name: "migrate",
    summary: "Bring the database up to this version, or say what it lacks",
    load: async () => (await import("./migrate.ts")).migrateCommand,
  },
  {
    name: "migrate-to-postgres",
    summary: "Move from the embedded database to PostgreSQL, nothing lost",
    load: async () => (await import("./migrate-to-postgres.ts")).migrateToPostgresCommand,
  },
  {
    name: "backup",
    summary: "Write everything that would be missed into one file",
    load: async () => (await import("./backup.ts")).backupCommand,
  },
  {
    name: "restore",
    summary: "Put a backup in the place of the database",
    load: async () => (await import("./restore.ts")).restoreCommand,
  },
];
