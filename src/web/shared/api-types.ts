import type { z } from "zod";
import type { conversation, conversationDetail } from "../../http/api/conversation-view.ts";
import type { explanation } from "../../http/api/explain.ts";
import type { message, messageDetail } from "../../http/api/message-schemas.ts";

// What the API answers, by its own schemas: a field that is renamed there does not compile here.

export type Message = z.output<typeof message>;
export type MessageDetail = z.output<typeof messageDetail>;
export type Conversation = z.output<typeof conversation>;
export type ConversationDetail = z.output<typeof conversationDetail>;
export type Explanation = z.output<typeof explanation>;
