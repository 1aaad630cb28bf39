import type { HistoryLine, Question } from "../../src/answers/backend.ts";
import type { Reply } from "../../src/messages.ts";

/** A typed text from a person in Brazil, with what a test cares about on top. */
export function questionWith(changes: Partial<Question> = {}): Question {
  return {
    messageId: "0198f0c2-0000-7000-8000-000000000001",
    externalId: "wamid.TEST1",
    conversationId: "0198f0c2-0000-7000-8000-00000000c001",
    contactId: "0198f0c2-0000-7000-8000-00000000a001",
    channel: "whatsapp",
    channelType: "cloud",
    account: "300400500600700",
    identities: [{ kind: "phone", value: "5561900001111" }],
    contactName: "Ana",
    text: "Quero votar",
    content: { type: "text" },
    sentAt: "2026-11-21T10:00:00.000Z",
    language: "pt-BR",
    trusted: false,
    slots: {},
    properties: {},
    session: { isNew: false, startedAt: "2026-11-21T09:00:00.000Z" },
    ...changes,
  };
}

/** A turn's context that keeps what is emitted. */
export function recordingContext(signal: AbortSignal = new AbortController().signal) {
  const emitted: Reply[] = [];
  const emit = async (replies: readonly Reply[]): Promise<void> => void emitted.push(...replies);
  const tokensToday = async () => ({ contact: 0, all: 0 });
  const history = async (): Promise<readonly HistoryLine[]> => [];
  const readFile = async () => undefined;
  return { signal, emit, history, readFile, memory: {}, tokensToday, emitted };
}
