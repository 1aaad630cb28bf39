import type { SendTarget } from "../db/send-targets.ts";
import type { Database } from "../db/driver.ts";
import type { OutsideWindow, SendFacts } from "../db/outbound.ts";
import { BridgeError } from "../errors.ts";
import type { ResolveTemplate } from "../flow/resolve-template.ts";
import { isWindowOpen } from "../flow/window.ts";
import type { Address } from "../messages.ts";
import type { RouteRung, SendContent, TemplateRequest } from "../send-content.ts";
import { type FoundPerson, findPerson, type PersonRequest } from "./find-person.ts";
import { decideTiming } from "./outside-window.ts";
import { type NamedChannel, prepareContent, type PreparedContent } from "./prepare-content.ts";
import { prepareRoute, type UsableChannels } from "./prepare-route.ts";

/** What somebody asks to be sent to one person. */
export interface SendRequest extends PersonRequest {
  /** Ours; the same for a repetition of the request. */
  readonly messageId: string;
  readonly channel: string;
  readonly content: SendContent;
  /** What stands for the placeholders of every content in the request. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  readonly language?: string | undefined;
  /** What is done where the customer-service window is closed. */
  readonly outsideWindow?: "fail" | "wait" | { readonly template: TemplateRequest } | undefined;
  /** ISO 8601 UTC; at once where it is past. */
  readonly sendAt?: string | undefined;
  /** Whether everybody else's messages go first. */
  readonly isBulk?: boolean | undefined;
  readonly correlationId?: string | undefined;
  readonly route?: readonly RouteRung[] | undefined;
}

/** A request that can be carried out, with everything that will be stored; nothing is stored yet. */
export interface PreparedMessage extends Pick<PreparedContent, "rows" | "kept" | "notes"> {
  readonly channel: string;
  readonly address: Address;
  /** Null: somebody new. */
  readonly known: SendTarget["person"];
  readonly window: "open" | "closed" | "none";
  readonly facts: SendFacts;
  readonly isBulk: boolean;
}

export interface PrepareDependencies {
  readonly db: Database;
  readonly resolveTemplate: ResolveTemplate;
}

/**
 * Prepares a request: finds the person, checks templates, consent and window, renders. Throws `UnsendableRequest`,
 * `channel_unknown`, `channel_opted_out`, `channel_window_closed`, `request_not_found` and `store_*`.
 */
export async function prepareMessage(
  { db, resolveTemplate }: PrepareDependencies,
  channels: UsableChannels,
  request: SendRequest,
): Promise<PreparedMessage> {
  const { messageId, values = {}, language, content, defaultCountry } = request;
  const channel = sendingChannel(channels, request.channel);
  const person = await findPerson(db, channel, request);
  const { address, known, now } = person;
  const asked = { content, values, language, path: [] };
  const prepared = await prepareContent(resolveTemplate, channel, address, asked, messageId);
  refuseOptedOut(person, prepared);
  const rungs = request.route ?? [];
  const routeRequest = { rungs, messageId, content, values, language, defaultCountry };
  const route = await prepareRoute(resolveTemplate, channels, routeRequest);
  const { windowMs } = channel.channel;
  const isOpen = isWindowOpen({ windowMs, ...windowFacts(person) });
  const needsWindow = windowMs !== undefined && prepared.rows.some((row) => row.needsWindow);
  const outside = needsWindow
    ? await prepareOutside(resolveTemplate, channel, person, request)
    : { kept: [] };
  const timing = decideTiming({
    sendAt: request.sendAt,
    now,
    isOpen: isOpen || !needsWindow,
    outside: outside.rule,
    hasRung: route.some((rung) => worksOutside(channels, rung)),
  });
  const { held, outsideWindow, instead } = timing;
  return {
    channel: channel.name,
    address,
    known,
    rows: instead === undefined ? prepared.rows : [instead],
    kept: [...prepared.kept, ...outside.kept],
    notes: [...prepared.notes, ...timing.notes],
    window: windowMs === undefined ? "none" : isOpen ? "open" : "closed",
    facts: {
      ...(request.correlationId !== undefined && { correlationId: request.correlationId }),
      ...(route.length > 0 && { route }),
      ...(held !== undefined && { held }),
      ...(outsideWindow !== undefined && { outsideWindow }),
    },
    isBulk: request.isBulk ?? false,
  };
}

function sendingChannel(channels: UsableChannels, name: string): NamedChannel {
  const channel = channels.get(name)?.channel;
  if (channel?.delivery === "push") return { name, channel };
  throw new BridgeError("channel_unknown", "there is no channel with this name to send on");
}

function windowFacts({ known }: FoundPerson) {
  const { quietMs = null, windowClosed = false } = known?.conversation ?? {};
  return { quietMs, windowClosed };
}

/** Whether a rung reaches somebody who has not written: with a template, or where there is no window. */
function worksOutside(channels: UsableChannels, rung: RouteRung): boolean {
  return rung.template !== undefined || channels.get(rung.channel)?.channel.windowMs === undefined;
}

/** Throws `channel_opted_out` where the person wants no messages of this kind from the account. */
function refuseOptedOut(
  { known, address }: FoundPerson,
  { category }: Pick<PreparedContent, "category">,
): void {
  const isMarketing = category === "MARKETING";
  const refusal = known?.optOuts.find(
    ({ account, scope }) => account === address.account && (scope === "all" || isMarketing),
  );
  if (refusal === undefined) return;
  const what = refusal.scope === "all" ? "messages" : "promotions";
  throw new BridgeError("channel_opted_out", `the person wants no ${what} from this account`);
}

interface Outside extends Pick<PreparedContent, "kept"> {
  readonly rule?: OutsideWindow;
}

/** Makes ready what is sent or done where the window is closed. */
async function prepareOutside(
  resolveTemplate: ResolveTemplate,
  channel: NamedChannel,
  person: FoundPerson,
  { outsideWindow = "fail", values = {}, language, messageId }: SendRequest,
): Promise<Outside> {
  if (outsideWindow === "fail") return { kept: [] };
  if (outsideWindow === "wait") return { rule: { wait: true }, kept: [] };
  const { template } = outsideWindow;
  const path = ["outside_window"];
  const asked = { content: { template }, values, language, path };
  const ready = await prepareContent(resolveTemplate, channel, person.address, asked, messageId);
  refuseOptedOut(person, ready);
  const [instead] = ready.rows;
  return instead === undefined ? { kept: [] } : { rule: { instead }, kept: ready.kept };
}
