import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import {
  accountOf,
  createSerproDesk,
  type SerproDesk,
  type SerproFault,
  type SerproOptions,
} from "./serpro-desk.ts";
import { serveSerpro } from "./serpro-serve.ts";
import {
  postWebhook,
  serproValue,
  tapLists,
  textLists,
  type ValueLists,
  type ValueShape,
} from "./serpro-webhooks.ts";
import { listen, stopListening } from "./listen.ts";

export type { SerproOptions } from "./serpro-desk.ts";

interface Saying {
  readonly from?: string;
  readonly id?: string;
  readonly name?: string;
  readonly shape?: ValueShape;
}

/** A stand-in for Serpro's WhatsApp API that refuses what the provider would refuse. */
export interface Serpro extends Pick<
  SerproDesk,
  "sent" | "acknowledged" | "refusals" | "webhooks" | "uploads" | "files"
> {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** How many tokens were asked for. */
  readonly tokenRequests: () => number;
  /** Queues faults: one for each valid send, in order of arrival. */
  readonly script: (faults: readonly SerproFault[]) => void;
  /** Queues faults for token requests. */
  readonly scriptTokens: (faults: readonly SerproFault[]) => void;
  /** Faults nothing has met; a test expects none at its end. */
  readonly unused: () => readonly SerproFault[];
  /** Forgets every token. */
  readonly expireTokens: () => void;
  /** Sets where webhooks go, as a registration would. */
  readonly deliverTo: (webhookUrl: string, options?: { readonly token?: string }) => void;
  /** Posts a body once and resolves with the HTTP status, 0 where no answer came. */
  readonly post: (body: unknown) => Promise<number>;
  /** Posts lists of events in either shape. */
  readonly postLists: (lists: ValueLists, shape?: ValueShape) => Promise<number>;
  /** Posts a text, or a tap, of a person. */
  readonly say: (text: string, options?: Saying) => Promise<number>;
  readonly tap: (payload: string, title: string, options?: Saying) => Promise<number>;
  /** Resolves once the statuses of all messages answered so far were delivered or given up. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts the stand-in on a free port of the loopback interface. */
export async function startSerpro(options: SerproOptions): Promise<Serpro> {
  const desk = createSerproDesk(options);
  const server = createServer((request, response) => {
    serveSerpro(desk, request, response).catch(() => response.destroy());
  });
  const port = await listen(server, options.port);
  const settled = async () => {
    while (desk.reports.size > 0) await Promise.all(desk.reports);
  };
  return {
    ...desk,
    ...speaking(desk),
    url: `http://127.0.0.1:${port}`,
    tokenRequests: () => desk.tokenRequests.count,
    script: (faults) => desk.faults.push(...faults),
    scriptTokens: (faults) => desk.tokenFaults.push(...faults),
    unused: () => [...desk.faults, ...desk.tokenFaults],
    expireTokens: () => desk.tokens.clear(),
    deliverTo: (url, { token } = {}) => {
      desk.target.current = { url, token };
    },
    settled,
    close: async () => {
      desk.abort.abort();
      await stopListening(server);
      await settled();
    },
  };
}

function speaking(desk: SerproDesk): Pick<Serpro, "post" | "postLists" | "say" | "tap"> {
  const { options, abort } = desk;
  const post = (body: unknown): Promise<number> => {
    if (desk.target.current === undefined) throw new Error("the stand-in has no webhook address");
    return postWebhook(desk.target.current, body, abort.signal);
  };
  const postLists = (lists: ValueLists, shape = options.shape ?? "root") =>
    post(serproValue(accountOf(options), lists, shape));
  const inbound = ({ from = "556190001111", id = `wamid.${randomUUID()}`, name }: Saying = {}) => ({
    from,
    id,
    ...(name !== undefined && { name }),
  });
  return {
    post,
    postLists,
    say: (text, saying) => postLists(textLists(inbound(saying), text), saying?.shape),
    tap: (payload, title, saying) =>
      postLists(tapLists(inbound(saying), payload, title), saying?.shape),
  };
}
