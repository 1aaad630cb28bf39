import { type Answer, type AnswerBackend, type BackendTools, defineBackend } from "../backend.ts";
import { call } from "./call.ts";
import { type RasaSettings, rasaSettings, secretsOf, VARIABLES } from "./settings.ts";
import { callStream } from "./stream.ts";
import { toRasa } from "./translate.ts";

/** Answers with a Rasa server, or anything that speaks its REST channel. */
export const rasa = defineBackend({
  type: "rasa",
  variables: VARIABLES,
  settings: rasaSettings,
  create: createRasa,
});

function createRasa(settings: RasaSettings, tools: BackendTools): AnswerBackend {
  return {
    timeoutMs: settings.timeout_ms,
    secrets: secretsOf(settings),
    answer: async (question, context) => {
      const request = toRasa(question, settings);
      if (settings.stream) {
        const emitted = await callStream(tools.stream, request, settings, context);
        return emitted > 0 ? { outcome: "answered", replies: [] } : whenEmpty(settings);
      }
      const replies = await call(tools.http, request, settings, context);
      return replies.length > 0 ? { outcome: "answered", replies } : whenEmpty(settings);
    },
  };
}

/** Rasa says nothing both on purpose and after a crash of the turn, with the same answer; the operator decides. */
function whenEmpty({ empty_fallback: text }: RasaSettings): Answer {
  if (text === undefined) return { outcome: "silent", replies: [] };
  return { outcome: "answered", replies: [{ text }] };
}
