import type { Channel } from "../channels/channel.ts";
import { readAnswer } from "./file-answer.ts";
import { callForFile, type FileAnswer } from "./file-call.ts";
import {
  away,
  type Fetched,
  type FileQuest,
  gone,
  sizeChecked,
  type TimedQuest,
} from "./file-quest.ts";

/**
 * Looks for a file where it can be, cheapest first: in the webhook itself, at the provider, at the address the webhook
 * gave. A file that is too large somewhere is looked for no further.
 */
export async function fetchFile(quest: FileQuest): Promise<Fetched> {
  const timed = { ...quest, deadline: performance.now() + quest.timeoutMs };
  let best: Fetched | undefined;
  for (const look of [lookInside, lookAtProvider, lookAtAddress]) {
    const found = await look(timed);
    if (found === undefined) continue;
    if (found.kind === "bytes" || found.reason !== "unavailable") return found;
    if (best === undefined || found.transient) best = found;
  }
  return best ?? gone;
}

/** An empty file is none: providers give that for what they could not decrypt. */
async function lookInside(quest: TimedQuest): Promise<Fetched | undefined> {
  const { channel, externalId } = quest;
  if (channel.media?.inline === undefined) return undefined;
  const webhook = await quest.readWebhook();
  const bytes = webhook && channel.media.inline(webhook, externalId);
  return bytes === undefined || bytes.length === 0 ? undefined : sizeChecked(bytes, quest.maxBytes);
}

async function lookAtProvider(quest: TimedQuest): Promise<Fetched | undefined> {
  const { channel, media, account, externalId } = quest;
  const request = channel.media?.request(media, account, externalId);
  if (request === undefined) return undefined;
  const asked = await callForFile(quest, request, { trust: "full", mayBeWrapped: true });
  if (asked.kind !== "answer") return asked.missing;
  return readAnswer(quest, asked.answer, async (location) => {
    if (location.kind === "bytes") return sizeChecked(location.bytes, quest.maxBytes);
    const trust = trustIn(channel, location.request.url);
    const found = await callForFile(quest, location.request, { trust, mayBeWrapped: false });
    // An address that has expired by now is given anew on the next try.
    return found.kind === "answer" ? eventually(await plainFile(quest, found.answer)) : away;
  });
}

async function lookAtAddress(quest: TimedQuest): Promise<Fetched | undefined> {
  const { url } = quest.media;
  if (url === undefined || !URL.canParse(url)) return undefined;
  const request = { method: "GET", url, headers: {} } as const;
  const found = await callForFile(quest, request, { trust: "none", mayBeWrapped: false });
  return found.kind === "answer" ? plainFile(quest, found.answer) : found.missing;
}

/** An answer that must be the file itself; a page or JSON in its place is somebody's way to say no. */
function plainFile(quest: TimedQuest, answer: FileAnswer): Promise<Fetched> {
  return readAnswer(quest, answer, undefined);
}

function eventually(found: Fetched): Fetched {
  return found.kind === "missing" && found.reason === "unavailable" ? away : found;
}

/** Who may be sent our credentials: the provider's configured addresses, and hosts that are known to be its own. */
function trustIn(channel: Channel, url: string): "full" | "host" | "none" {
  if (!URL.canParse(url)) return "none";
  const { origin, protocol, hostname, port } = new URL(url);
  const isEndpoint = channel.endpoints.some(
    (endpoint) => URL.canParse(endpoint) && new URL(endpoint).origin === origin,
  );
  if (isEndpoint) return "full";
  const isOwn = channel.media?.trustedHosts?.includes(hostname) === true;
  return isOwn && protocol === "https:" && port === "" ? "host" : "none";
}
