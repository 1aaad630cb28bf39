import { z } from "zod";
import { auditRoutes } from "./audit.ts";
import { backendTryRoutes } from "./backend-try.ts";
import { backendRoutes } from "./backends.ts";
import { campaignStepRoutes } from "./campaign-steps.ts";
import { campaignRoutes } from "./campaigns.ts";
import { channelConnectRoutes } from "./channel-connect.ts";
import { channelRoutes } from "./channels.ts";
import { consentRoutes } from "./consent.ts";
import { contactRoutes } from "./contacts.ts";
import { contactListRoutes } from "./contact-list.ts";
import { contactRecordRoutes } from "./contact-record.ts";
import { conversationRoutes } from "./conversations.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { eventRoutes } from "./events.ts";
import { interactionRoutes } from "./interactions.ts";
import { keyRoutes } from "./keys.ts";
import { messageFileRoutes } from "./message-file.ts";
import { messageRoutes } from "./messages.ts";
import { notificationEventRoutes } from "./notification-events.ts";
import { outgoingEventRoutes } from "./outgoing-events.ts";
import { nothing } from "./parameters.ts";
import { processRoutes } from "./process.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";
import { recipientRoutes } from "./recipients.ts";
import { serviceMessageRoutes } from "./service-messages.ts";
import { sessionRoutes } from "./session.ts";
import { settingsRoutes } from "./settings.ts";
import { simulatorPeopleRoutes } from "./simulator-people.ts";
import { simulatorWebhookRoutes } from "./simulator-webhooks.ts";
import { simulatorRoutes } from "./simulator.ts";
import { slotRoutes } from "./slots.ts";
import { startLinkRoutes } from "./start-links.ts";
import { overviewRoutes } from "./stats-overview.ts";
import { statsRoutes } from "./stats.ts";
import { templateRoutes } from "./templates.ts";
import { streamRoutes } from "./stream.ts";
import { triggerRoutes } from "./triggers.ts";

/** Open to everyone: it describes the program, not this installation. */
const documentRoute = defineRoute({
  method: "get",
  path: "/openapi.json",
  summary: "Shows this document",
  tag: "document",
  scope: undefined,
  query: nothing,
  body: nothing,
  answer: z.record(z.string(), z.unknown()),
  handle: async (_input, { document }) => ({ ...(await document()) }),
});

/** Every operation of the API: the router and the OpenAPI document are both made from this table. */
export const ROUTES: readonly Route[] = [
  ...messageRoutes,
  ...messageFileRoutes,
  ...conversationRoutes,
  ...slotRoutes,
  ...triggerRoutes,
  ...interactionRoutes,
  ...streamRoutes,
  ...eventRoutes,
  ...deadLetterRoutes,
  ...channelRoutes,
  ...channelConnectRoutes,
  ...backendRoutes,
  ...backendTryRoutes,
  ...contactListRoutes,
  ...contactRoutes,
  ...contactRecordRoutes,
  ...consentRoutes,
  ...outgoingEventRoutes,
  ...notificationEventRoutes,
  ...startLinkRoutes,
  ...keyRoutes,
  ...sessionRoutes,
  ...auditRoutes,
  ...settingsRoutes,
  ...processRoutes,
  ...overviewRoutes,
  ...statsRoutes,
  ...serviceMessageRoutes,
  ...campaignRoutes,
  ...campaignStepRoutes,
  ...recipientRoutes,
  ...templateRoutes,
  ...simulatorRoutes,
  ...simulatorWebhookRoutes,
  ...simulatorPeopleRoutes,
  documentRoute,
];
