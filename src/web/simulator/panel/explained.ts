import { useEffect, useRef } from "preact/hooks";
import { get } from "../../shared/api.ts";
import type { Explanation, Message } from "../../shared/api-types.ts";
import { type Resource, useResource } from "../../shared/resource.ts";
import { chosenMessage } from "../state/place.ts";
import { transcript } from "../state/transcript.ts";

/** The message that is looked at: the chosen one, or the last. */
export function messageInView(): Message | undefined {
  const { messages } = transcript.value;
  return messages.find(({ id }) => id === chosenMessage.value) ?? messages.at(-1);
}

/** Reads a message's whole way, again whenever something of its conversation changes. */
export function useExplanation(id: string): Resource<Explanation> {
  const read = useResource(`explain ${id}`, (signal) =>
    get<Explanation>(`/messages/${id}/explain`, {}, signal),
  );
  const { messages, conversation } = transcript.value;
  const { reload } = read;
  const pending = conversation?.pending.inbound;
  const seen = useRef({ id, messages, pending });
  useEffect(() => {
    const before = seen.current;
    seen.current = { id, messages, pending };
    // Another message is read anyway.
    const isSame = before.messages === messages && before.pending === pending;
    if (before.id === id && !isSame) reload();
  }, [id, messages, pending, reload]);
  return read;
}
