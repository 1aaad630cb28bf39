import { useState } from "preact/hooks";
import { ApiProblem, post } from "../../../shared/api.ts";
import { useOneAtATime } from "../../../shared/one-at-a-time.ts";
import type { Sent } from "../types.ts";
import { beginRequest, endRequest } from "./draft.ts";

export interface Sending {
  readonly isBusy: boolean;
  readonly problem: ApiProblem | undefined;
  readonly forget: () => void;
  /** Sends; false where the API refused, and then `problem` says why. */
  readonly send: (content: object) => Promise<boolean>;
}

/** Sends into a conversation, each content once however often somebody presses the button. */
export function useSend(conversation: string): Sending {
  const { isBusy, run } = useOneAtATime();
  const [problem, setProblem] = useState<ApiProblem>();
  const sendIt = async (content: object): Promise<boolean> => {
    const body = { conversation_id: conversation, ...content };
    try {
      const idempotencyKey = beginRequest(conversation, JSON.stringify(body));
      await post<Sent>("/messages", body, { idempotencyKey });
      endRequest(conversation);
      setProblem(undefined);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem)) throw thrown;
      // What was refused was not done: corrected, it is a new request. Of what was not answered nobody knows.
      if (thrown.status >= 400 && thrown.status < 500 && thrown.status !== 401)
        endRequest(conversation);
      setProblem(thrown);
      return false;
    }
  };
  const send = async (content: object) => (await run(() => sendIt(content))) ?? false;
  return { isBusy, problem, send, forget: () => setProblem(undefined) };
}
