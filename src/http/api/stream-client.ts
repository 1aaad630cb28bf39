import type { Change, ChangePosition } from "../../db/changes.ts";
import type { EventStream } from "../sse.ts";
import { type Caller, has, owns } from "./caller.ts";
import { writePosition } from "./stream-position.ts";

/** What a client wants to hear of; nothing said means everything that is its own. */
export interface StreamFilter {
  readonly channel?: string | undefined;
  readonly campaign_id?: string | undefined;
  readonly conversation_id?: string | undefined;
}

/** Somebody who listens. */
export interface StreamClient {
  readonly caller: Caller;
  readonly filter: StreamFilter;
  readonly stream: EventStream;
  /** Makes what it is told one that it may see. */
  readonly mask: (value: unknown) => unknown;
  /** The last that was told of each campaign. */
  readonly shown: Map<string, string>;
}

/** Whether a client may and wants to hear of a message. */
function hearsChange({ caller, filter }: StreamClient, change: Change): boolean {
  return (
    has(caller, "messages:read") &&
    owns(caller, change.channel) &&
    (filter.channel ?? change.channel) === change.channel &&
    (filter.conversation_id ?? change.conversation_id) === change.conversation_id &&
    (filter.campaign_id ?? change.campaign_id) === change.campaign_id
  );
}

/** Whether a client wants to hear of campaigns at all. */
export function hearsCampaigns({ caller, filter }: StreamClient): boolean {
  return has(caller, "campaigns:read") && filter.conversation_id === undefined;
}

/** Whether a client may and wants to hear of this campaign. */
function hearsCampaign(
  client: StreamClient,
  campaign: { readonly id: string; readonly channel: string },
): boolean {
  const { caller, filter } = client;
  return (
    hearsCampaigns(client) &&
    owns(caller, campaign.channel) &&
    (filter.channel ?? campaign.channel) === campaign.channel &&
    (filter.campaign_id ?? campaign.id) === campaign.id
  );
}

/** Tells a client of a message, if it is to hear of it: never what was said, nor to whom. */
export function tellChange(client: StreamClient, change: Change, position: ChangePosition): void {
  if (!hearsChange(client, change)) return;
  const { kind, id, conversation_id, channel, account, status, at } = change;
  const { correlation_id, campaign_id } = change;
  client.stream.send({
    event: kind,
    id: writePosition(position),
    data: {
      id,
      conversation_id,
      channel,
      account,
      direction: kind === "inbound" ? "in" : "out",
      status,
      changed_at: at,
      // In the words of whoever had it sent: some write the person's number.
      correlation_id: client.mask(correlation_id),
      campaign_id,
    },
  });
}

/** Tells a client of a campaign, unless that is what it was told last. */
export function tellCampaign(
  client: StreamClient,
  campaign: { readonly id: string; readonly channel: string; readonly data: object },
): void {
  if (!hearsCampaign(client, campaign)) return;
  const text = JSON.stringify(campaign.data);
  if (client.shown.get(campaign.id) === text) return;
  client.shown.set(campaign.id, text);
  client.stream.send({ event: "campaign", data: campaign.data });
}
