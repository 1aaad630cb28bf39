import type { Channel } from "../channels/channel.ts";
import type { ResolveTemplate } from "../flow/resolve-template.ts";
import type { Address, Identity } from "../messages.ts";
import { readIdentity } from "../phone.ts";
import { contentOf, isOneContent, type RouteRung, type SendContent } from "../send-content.ts";
import { type ContentRequest, type NamedChannel, prepareContent } from "./prepare-content.ts";
import { type Fault, refuse } from "./unsendable.ts";

/** Channels by name, as far as whoever asks may use them. */
export type UsableChannels = ReadonlyMap<string, { readonly channel: Channel }>;

export interface RouteRequest {
  readonly rungs: readonly RouteRung[];
  readonly messageId: string;
  /** What a rung says that has no content of its own. */
  readonly content: SendContent;
  readonly values: Readonly<Record<string, string>>;
  readonly language: string | undefined;
  readonly defaultCountry: string | undefined;
}

/** Stands for the number of somebody who is known by no number yet: a rung is checked before anybody needs it. */
const SOMEBODY: Identity = { kind: "phone", value: "5561999990000" };

/**
 * Checks the further channels of a message and fills in what each will say, so that a mistake is told now and not when the
 * first channel has failed. Throws `UnsendableRequest` and `store_*`.
 */
export async function prepareRoute(
  resolveTemplate: ResolveTemplate,
  channels: UsableChannels,
  request: RouteRequest,
): Promise<readonly RouteRung[]> {
  const prepared: RouteRung[] = [];
  for (const [index, rung] of request.rungs.entries()) {
    const path = ["route", index];
    const channel = usable(channels, rung, path);
    const identity = readTo(rung, request.defaultCountry, path);
    const account = rung.account ?? channel.channel.accounts[0] ?? "";
    const to: Address = { account, identities: [identity ?? SOMEBODY] };
    const { values, language } = request;
    const own = isOneContent(rung) ? contentOf(rung) : request.content;
    const asked: ContentRequest = { content: own, values, language, path };
    const { content } = await prepareContent(
      resolveTemplate,
      channel,
      to,
      asked,
      request.messageId,
    );
    prepared.push({
      channel: rung.channel,
      ...(rung.account !== undefined && { account: rung.account }),
      ...(identity !== undefined && { to: written(identity) }),
      ...content,
    });
  }
  return prepared;
}

function usable(
  channels: UsableChannels,
  { channel: name, account }: RouteRung,
  path: Fault["path"],
): NamedChannel {
  const channel = channels.get(name)?.channel;
  if (channel?.delivery !== "push")
    return refuse([...path, "channel"], "there is no channel with this name to send on");
  if (account !== undefined && !channel.accounts.includes(account))
    return refuse([...path, "account"], `the channel ${name} has no such account`);
  return { name, channel };
}

function readTo(
  { to }: RouteRung,
  country: string | undefined,
  path: Fault["path"],
): Identity | undefined {
  if (to === undefined) return undefined;
  const read = readIdentity(to, country);
  if (read.kind === "identity") return read.identity;
  return refuse([...path, "to"], `the number ${read.problem}`);
}

/** An identity as `readIdentity` reads it again without a country. */
function written({ kind, value }: Identity): string {
  return kind === "phone" ? `+${value}` : value;
}
