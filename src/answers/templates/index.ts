import { defineBackend } from "../backend.ts";
import { answerFrom } from "./answer.ts";
import { createChoose } from "./choose.ts";
import { openBot } from "./reload.ts";
import { templatesSettings } from "./settings.ts";

/** Milliseconds an answer may take; it waits for nothing. */
const TIMEOUT_MS = 1_000;

/**
 * Answers from the files of a Rasa project: from what people say by its examples, by keywords and patterns, and from
 * tapped payloads. Configuring it throws an Error that lists everything wrong with the files.
 */
export const templates = defineBackend({
  type: "templates",
  variables: [],
  settings: templatesSettings,
  create: (settings, tools) => {
    const currentBot = openBot(settings, tools);
    const manner = { settings, choose: createChoose(settings.selection, tools.random) };
    return {
      timeoutMs: TIMEOUT_MS,
      secrets: [],
      answer: async (question) => answerFrom(currentBot(), question, manner),
    };
  },
});
