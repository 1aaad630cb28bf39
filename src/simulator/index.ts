import { setTimeout as sleep } from "node:timers/promises";
import { BridgeError } from "../errors.ts";
import type { Http } from "../transport.ts";
import type { Behaviour, Behaviours } from "./behaviours.ts";
import { prepareDelivery } from "./bring.ts";
import type { SimulatedFiles } from "./files.ts";
import type { OpenLine } from "./lines/index.ts";
import type {
  Desk,
  LineFailure,
  Report,
  SimulatedLine,
  TakenMessage,
  WebhookDraft,
} from "./lines/line.ts";
import type { StatusWord, WebhookOrder } from "./orders.ts";
import { postWebhook } from "./post.ts";
import type { Simulator, SimulatorMode, StatusOrder } from "./simulator.ts";
import type { TemplateShelf } from "./templates.ts";
import type { Timers } from "./timers.ts";

export interface SimulatorDependencies {
  readonly mode: SimulatorMode;
  readonly lines: ReadonlyMap<string, OpenLine>;
  readonly http: Http;
  /** Where our own webhooks are, without a slash at the end; known once we listen. */
  readonly baseUrl: () => string;
  readonly behaviours: Behaviours;
  readonly files: SimulatedFiles;
  readonly timers: Timers;
  readonly shelfOf: (channel: string) => TemplateShelf;
  readonly now: () => Date;
}

/** Delays up to this are waited for, milliseconds; calls that come later are answered for at once. */
const WAITED_MS = 5_000;

/** The failure that is reported where none is named. */
const SOME_FAILURE = { code: "131000", title: "Something went wrong" } as const;

/** Builds the simulator, and beside it what its lines need to answer our calls. */
export function createSimulator(deps: SimulatorDependencies): {
  readonly simulator: Simulator;
  readonly deskOf: (line: SimulatedLine) => Desk;
} {
  const { lines, timers, behaviours, files, now } = deps;
  const mustFind = (channel: string): SimulatedLine => {
    const found = lines.get(channel);
    if (found !== undefined) return found.line;
    throw new BridgeError("request_not_found", "there is no simulated line of this name");
  };
  const post = async (channel: string, drafts: readonly WebhookDraft[]) => {
    const url = `${deps.baseUrl()}/webhooks/${channel}/webhook`;
    const calls = [];
    for (const draft of drafts)
      calls.push(...(await postWebhook(deps.http, url, draft, timers.signal)));
    return calls;
  };
  const send = async (order: WebhookOrder) => {
    const line = mustFind(order.channel);
    const { drafts, arrivals } = await prepareDelivery(line, order, files, now());
    const messages = arrivals.map(({ externalId }) => ({ externalId }));
    const work = () => post(order.channel, drafts);
    if (order.delayMs > WAITED_MS) {
      if (!timers.later(order.delayMs, work))
        throw new BridgeError("request_rate_limited", "too much is simulated at once: wait a bit");
      return { calls: [], messages };
    }
    if (order.delayMs > 0) await sleep(order.delayMs, undefined, { ref: false });
    return { calls: await work(), messages };
  };
  const report = async (order: StatusOrder) => {
    const line = mustFind(order.channel);
    const draft = line.report(reportOf(line, order, now()), order.signature);
    const drafts = Array.from({ length: order.times }, () => draft);
    const messages = [{ externalId: order.message.externalId }];
    return { calls: await post(order.channel, drafts), messages };
  };
  const tick = (line: SimulatedLine, message: TakenMessage, behaviour: Behaviour): void => {
    const { channel, failures } = line.description;
    const failure = failures.find(({ code }) => code === behaviour.failCode);
    if (failure === undefined && behaviour.ticks === "manual") return;
    const usual = line.statuses.filter((status) => status !== "read" || behaviour.reads);
    const words: readonly StatusWord[] = failure === undefined ? usual : ["failed"];
    const tell = ([status, ...rest]: readonly StatusWord[]): void => {
      if (status === undefined) return;
      timers.later(behaviour.delayMs, async () => {
        const said: Report = { ...message, status, error: failure, at: now().toISOString() };
        await post(channel, [line.report(said, "good")]);
        tell(rest);
      });
    };
    tell(words);
  };
  return {
    simulator: {
      mode: deps.mode,
      channels: [...lines.keys()],
      lines: [...lines.values()].map(({ line }) => line.description),
      send,
      report,
      behaviour: ({ channel, person }) => {
        mustFind(channel);
        return behaviours.read(channel, person);
      },
      behave: async ({ channel, person }, change) => {
        const { failures } = mustFind(channel).description;
        const { failCode } = change;
        if (typeof failCode === "string" && !failures.some(({ code }) => code === failCode))
          throw new BridgeError("request_invalid", "the line knows no failure of this code");
        return behaviours.change(channel, person, change);
      },
      forget: ({ channel, person }) => behaviours.forget(channel, person),
      keepFile: async (chunks, facts) => {
        const { id: fileId, mimeType, sizeBytes } = await files.keep(chunks, facts);
        return { fileId, mimeType, sizeBytes };
      },
    },
    deskOf: (line) => ({
      take: async (message) => {
        const { channel, failures } = line.description;
        const behaviour = await behaviours.read(channel, message.person);
        const failure = failures.find(({ code }) => code === behaviour.failCode);
        if (failure?.when === "at_once") return failure;
        tick(line, message, behaviour);
        return undefined;
      },
      readFile: files.read,
      fileOfMessage: files.ofMessage,
      shelf: deps.shelfOf(line.description.channel),
    }),
  };
}

/** What is reported of a message. Throws `request_invalid` for a status that the provider does not know. */
function reportOf(line: SimulatedLine, order: StatusOrder, now: Date): Report {
  const { status, errorCode, person, message } = order;
  const { failures } = line.description;
  if (status !== "failed" && !line.statuses.includes(status))
    throw new BridgeError("request_invalid", `this provider never reports a message as ${status}`);
  const later = failures.filter(({ when }) => when === "later");
  const named = failures.find(({ code }) => code === errorCode);
  const unknown = errorCode === undefined ? undefined : { ...SOME_FAILURE, code: errorCode };
  const error: Pick<LineFailure, "code" | "title"> | undefined =
    status === "failed" ? (named ?? unknown ?? later[0] ?? SOME_FAILURE) : undefined;
  const { id: messageId, externalId } = message;
  return { messageId, externalId, person, status, error, at: now.toISOString() };
}
