import { defineBackend } from "../backend.ts";
import { answerWith, type Parts } from "./answer.ts";
import { createBudget } from "./budget.ts";
import { askByChat } from "./chat.ts";
import { createCall } from "./client.ts";
import { createModeration } from "./moderation.ts";
import { createPersonId } from "./person.ts";
import { openPrompts } from "./prompt.ts";
import { askByResponses } from "./responses.ts";
import { openaiSettings, VARIABLES } from "./settings.ts";
import { createTranscribe } from "./transcribe.ts";

/**
 * Answers with a model of OpenAI, of Azure, or of any server that speaks one of OpenAI's protocols. Configuring it throws an
 * Error that names every prompt file which cannot be used.
 */
export const openai = defineBackend({
  type: "openai",
  variables: VARIABLES,
  settings: openaiSettings,
  create: (settings, tools) => {
    const call = createCall(settings, tools);
    const transcribe = createTranscribe(settings, call);
    const parts: Parts = {
      settings,
      promptFor: openPrompts(settings, tools),
      findSpent: createBudget(settings, tools),
      isInputFlagged: createModeration(settings, call, "input"),
      isOutputFlagged: createModeration(settings, call, "output"),
      askModel:
        settings.api === "responses" ? askByResponses(settings, call) : askByChat(settings, call),
      transcribe,
      personId: createPersonId(settings),
      now: tools.now,
    };
    return {
      timeoutMs: settings.timeout_ms,
      endpoints: [settings.base_url],
      secrets: settings.api_key === undefined ? [] : [settings.api_key],
      answer: (question, context) => answerWith(parts, question, context),
      ...(transcribe && { transcribe }),
    };
  },
});
