import { z } from "zod";
import { channelRoutes } from "./channels.ts";
import { contactRoutes } from "./contacts.ts";
import { conversationRoutes } from "./conversations.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { eventRoutes } from "./events.ts";
import { interactionRoutes } from "./interactions.ts";
import { messageRoutes } from "./messages.ts";
import { nothing } from "./parameters.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";

/** Open to everyone: it describes the program, not this installation. */
const documentRoute = defineRoute({
  method: "get",
  path: "/openapi.json",
  summary: "Shows this document",
  tag: "document",
  open: true,
  query: nothing,
  body: nothing,
  answer: z.record(z.string(), z.unknown()),
  handle: (_input, { document }) => Promise.resolve({ ...document }),
});

/** Every operation of the API: the router and the OpenAPI document are both made from this table. */
export const ROUTES: readonly Route[] = [
  ...messageRoutes,
  ...conversationRoutes,
  ...interactionRoutes,
  ...eventRoutes,
  ...deadLetterRoutes,
  ...channelRoutes,
  ...contactRoutes,
  documentRoute,
];
