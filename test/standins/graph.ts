import { createServer } from "node:http";
import type { WebhookTry } from "./graph-delivery.ts";
import { createDesk, type GraphOptions, type ReadCall, type SentMessage } from "./graph-desk.ts";
import type { GraphFault } from "./graph-faults.ts";
import type { GraphFiles } from "./graph-media.ts";
import type { Refusal } from "./graph-rules.ts";
import { serve } from "./graph-serve.ts";
import type { Registry } from "./graph-registry.ts";
import type { TemplateShelf } from "./graph-templates.ts";
import { signWebhook, type SignedWebhook } from "./graph-webhooks.ts";
import { listen, stopListening } from "./listen.ts";

/** A stand-in for the Graph API that refuses what the provider would refuse. */
export interface Graph {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** Messages taken, in order of arrival. */
  readonly sent: readonly SentMessage[];
  /** Calls that marked a message as read, in order of arrival. */
  readonly acknowledged: readonly ReadCall[];
  /** Calls refused by its rules or rates, not by a scripted fault. */
  readonly refusals: readonly Refusal[];
  /** Files that people sent, by id, and the calls for them. */
  readonly media: GraphFiles;
  /** The templates of the business account, and the calls about them. */
  readonly shelf: TemplateShelf;
  /** Who gets webhooks, and what is said of the token and the numbers. */
  readonly registry: Registry;
  /** Every try to deliver a webhook. */
  readonly tries: readonly WebhookTry[];
  /** Queues faults: one for each valid send, in order of arrival. */
  readonly script: (faults: readonly GraphFault[]) => void;
  /** Faults no send has met; a test expects none at its end. */
  readonly unused: () => readonly GraphFault[];
  /** Sets where webhooks go from now on. */
  readonly deliverTo: (webhookUrl: string) => void;
  readonly signedWebhook: (body: unknown) => SignedWebhook;
  /** Posts a signed webhook once and resolves with the HTTP status, 0 where no answer came. */
  readonly post: (body: unknown) => Promise<number>;
  /** Resolves once the statuses of all messages answered so far were delivered or given up. */
  readonly settled: () => Promise<void>;
  /** Ends everything, hanging calls and pending reports included. */
  readonly close: () => Promise<void>;
}

/** Starts the stand-in on a free port of the loopback interface. */
export async function startGraph(options: GraphOptions): Promise<Graph> {
  const desk = createDesk(options);
  const server = createServer((request, response) => {
    serve(desk, request, response).catch(() => response.destroy());
  });
  const port = await listen(server, options.port);
  const settled = async () => {
    while (desk.reports.size > 0) await Promise.all(desk.reports);
  };
  return {
    url: `http://127.0.0.1:${port}`,
    sent: desk.sent,
    acknowledged: desk.acknowledged,
    refusals: desk.refusals,
    media: desk.media,
    shelf: desk.shelf,
    registry: desk.registry,
    tries: desk.delivery.tries,
    script: desk.script.add,
    unused: desk.script.unused,
    deliverTo: desk.delivery.deliverTo,
    signedWebhook: (body) => signWebhook(body, options.appSecret),
    post: desk.delivery.post,
    settled,
    close: async () => {
      desk.delivery.stop();
      await stopListening(server);
      await settled();
    },
  };
}
