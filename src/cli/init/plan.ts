import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { PROGRAM_FOLDER } from "../../program.ts";
import { completeEnv, newEnvText } from "./env-file.ts";
import type { Answers } from "./questions.ts";

/** What init does with one file. */
export interface PlannedFile {
  readonly path: string;
  /** `write`: it is not there; `keep`: it is as it would be; `differs`: it is not, and only `--force` changes it. */
  readonly state: "write" | "keep" | "differs";
  readonly text: string;
  readonly mode: number;
  /** What is different, in words. */
  readonly about?: string;
}

const ENV_FILE = ".env";
const CONFIG_FILE = "config/bridge.yml";
const PRIVATE = 0o600;
const PUBLIC = 0o644;

/** Settles what to do with every file; nothing is written yet. */
export function planFiles(answers: Answers, language: string): readonly PlannedFile[] {
  return [
    planEnv(answers),
    planFile(CONFIG_FILE, configText(answers, language)),
    ...examples(answers).map((file) =>
      planFile(file, readFileSync(path.join(PROGRAM_FOLDER, file), "utf8")),
    ),
  ];
}

function planEnv(answers: Answers): PlannedFile {
  const file = { path: ENV_FILE, mode: PRIVATE };
  if (!existsSync(ENV_FILE)) return { ...file, state: "write", text: newEnvText(answers) };
  const present = readFileSync(ENV_FILE, "utf8");
  const { text, added, changed } = completeEnv(present, answers);
  if (text === present) return { ...file, state: "keep", text };
  const about = [
    ...(added.length > 0 ? [`lacks ${added.join(", ")}`] : []),
    ...(changed.length > 0 ? [`has another ${changed.join(", ")}`] : []),
  ].join("; ");
  return { ...file, state: "differs", text, about };
}

function planFile(file: string, text: string): PlannedFile {
  const planned = { path: file, text, mode: PUBLIC };
  if (!existsSync(file)) return { ...planned, state: "write" };
  if (readFileSync(file, "utf8") === text) return { ...planned, state: "keep" };
  return { ...planned, state: "differs", about: "is not as init would write it" };
}

/** The files of the bot that comes with the program, and the prompts where a model answers. */
function examples({ backends }: Answers): readonly string[] {
  const has = (name: string) => backends.some((one) => one.name === name);
  return [
    ...(has("templates") ? filesIn("config/templates") : []),
    ...(has("openai") ? filesIn("config/prompts") : []),
  ];
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(path.join(PROGRAM_FOLDER, folder))
    .toSorted()
    .map((file) => `${folder}/${file}`);

/** The settings that follow from the choice. Channels have none: their variables switch them on. */
function configText({ backends }: Answers, language: string): string {
  const chain = backends.map(({ name }) => name);
  const templates = chain.includes("templates")
    ? `
backends:
  # The bot's files: intents, answers, buttons. They are read again when they change.
  templates:
    path: config/templates
`
    : "";
  return `# What the bridge is told beside .env. Everything has a default: docs/configuration.md explains every setting.
# Secrets are refused here: they stand in .env, and \${NAME} refers to them.

answers:
  # Who is asked, in this order, until one answers.
  chain: [${chain.join(", ")}]
  # The language of a conversation that has shown no other.
  language: ${language}
${templates}`;
}
