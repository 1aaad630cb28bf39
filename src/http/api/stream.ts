import { z } from "zod";
import { findKey } from "../../db/api-keys.ts";
import type { ChangePosition } from "../../db/changes.ts";
import type { Queryable } from "../../db/driver.ts";
import { isSignedOut } from "../../db/sign-outs.ts";
import { openEventStream } from "../sse.ts";
import type { Caller } from "./caller.ts";
import { id, nothing, textFilter } from "./parameters.ts";
import type { Route } from "./route.ts";
import { defineRoute } from "./route.ts";
import type { StreamClient, StreamFilter } from "./stream-client.ts";
import type { StreamHub } from "./stream-hub.ts";
import { readPositionText } from "./stream-position.ts";

/** Whether a caller's session and key are still good; the admin key has no end. Throws `store_*`. */
export async function isStillAllowed(
  db: Queryable,
  { actor, session }: Pick<Caller, "actor" | "session">,
): Promise<boolean> {
  if (session !== undefined && Date.parse(session.expiresAt) <= Date.now()) return false;
  if (session !== undefined && (await isSignedOut(db, session.id))) return false;
  const keyId = /^key:(.*)$/.exec(actor)?.[1];
  if (keyId === undefined) return true;
  const found = await findKey(db, keyId);
  return found !== undefined && found.revoked_at === null && !found.is_expired;
}

/** What the handler prepares and the answer is written from. */
interface Opening extends Pick<StreamClient, "mask"> {
  readonly hub: StreamHub;
  readonly caller: Caller;
  readonly filter: StreamFilter;
  readonly from: ChangePosition | "unknown" | undefined;
  readonly once: boolean;
}

function isOpening(value: unknown): value is Opening {
  return typeof value === "object" && value !== null && "hub" in value && "filter" in value;
}

const opening = z.custom<Opening>(isOpening);

function positionOf(lastEventId: string | undefined): ChangePosition | "unknown" | undefined {
  if (lastEventId === undefined || lastEventId === "") return undefined;
  return readPositionText(lastEventId) ?? "unknown";
}

const route = defineRoute({
  method: "get",
  path: "/events/stream",
  scope: "messages:read",
  orScope: "campaigns:read",
  summary: "Tells live what happens to messages and campaigns, as server-sent events",
  tag: "events",
  query: z.strictObject({
    channel: textFilter.optional(),
    campaign_id: id.optional(),
    conversation_id: id.optional(),
    once: z
      .enum(["true", "false"])
      .default("false")
      .transform((word) => word === "true")
      .meta({
        description: "End when all is told that happened until now.",
        override: { type: "boolean" },
      }),
  }),
  body: nothing,
  answer: opening,
  // Nothing of a message but its correlation id can hold a number.
  hasNoNumbers: true,
  handle: async ({ query, request }, { caller, mask, stream }) => {
    stream.mustHaveRoom(caller);
    const { once, ...filter } = query;
    return {
      hub: stream,
      caller,
      mask,
      filter,
      from: positionOf(request.get("last-event-id")),
      once,
    };
  },
});

const content = { "text/event-stream": { schema: z.string() } };

/** Live news of messages and campaigns. */
export const streamRoutes: readonly Route[] = [
  {
    ...route,
    operation: {
      ...route.operation,
      responses: { ...route.operation.responses, 200: { description: "The stream.", content } },
    },
    respond: async (answer, _request, response) => {
      const { hub, caller, mask, filter, from, once } = opening.parse(answer);
      const stream = openEventStream(response);
      const client = { caller, mask, filter, stream, shown: new Map<string, string>() };
      await hub.join(client, from, { once });
    },
  },
];
