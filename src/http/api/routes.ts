import { z } from "zod";
import { backendRoutes } from "./backends.ts";
import { channelRoutes } from "./channels.ts";
import { consentRoutes } from "./consent.ts";
import { contactRoutes } from "./contacts.ts";
import { conversationRoutes } from "./conversations.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { eventRoutes } from "./events.ts";
import { interactionRoutes } from "./interactions.ts";
import { messageRoutes } from "./messages.ts";
import { outgoingEventRoutes } from "./outgoing-events.ts";
import { nothing } from "./parameters.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";
import { slotRoutes } from "./slots.ts";
import { startLinkRoutes } from "./start-links.ts";
import { triggerRoutes } from "./triggers.ts";

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
  ...slotRoutes,
  ...triggerRoutes,
  ...interactionRoutes,
  ...eventRoutes,
  ...deadLetterRoutes,
  ...channelRoutes,
  ...backendRoutes,
  ...contactRoutes,
  ...consentRoutes,
  ...outgoingEventRoutes,
  ...startLinkRoutes,
  documentRoute,
];
