import { createServer } from "node:http";
import {
  createDesk,
  type Desk,
  type EvolutionFault,
  type EvolutionOptions,
  newId,
  type SentMessage,
} from "./evolution-desk.ts";
import { serve } from "./evolution-serve.ts";
import { envelope, upsertWebhook } from "./evolution-webhooks.ts";
import type { WebhookTry } from "./graph-delivery.ts";
import { listen, stopListening } from "./listen.ts";

/** A stand-in for Evolution API that refuses what the server would refuse. */
export interface Evolution {
  /** Its address, without a slash at the end. */
  readonly url: string;
  readonly sent: readonly SentMessage[];
  readonly signs: Desk["signs"];
  readonly webhooks: Desk["webhooks"];
  readonly refusals: Desk["refusals"];
  readonly tries: readonly WebhookTry[];
  /** Queues faults: one for each valid send, in order of arrival. */
  readonly script: (faults: readonly EvolutionFault[]) => void;
  readonly unused: () => readonly EvolutionFault[];
  readonly deliverTo: (webhookUrl: string) => void;
  /** A person writes; resolves with the message's id once the webhook was taken or given up. */
  readonly say: (from: string, text: string) => Promise<string>;
  /** A person taps a button of the newer kind. */
  readonly tap: (from: string, payload: string, title: string) => Promise<string>;
  /** Somebody of ours answers from the account's own phone. */
  readonly answerFromPhone: (to: string, text: string) => Promise<string>;
  /** The instance's connection changes, and the webhook is told. */
  readonly connection: (state: string, statusReason: number) => Promise<void>;
  /** Posts a webhook once and resolves with the HTTP status, 0 where no answer came. */
  readonly post: (body: object) => Promise<number>;
  /** Resolves once the statuses of all messages answered so far were delivered or given up. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts the stand-in on a free port of the loopback interface. People are given by their digits. */
export async function startEvolution(options: EvolutionOptions): Promise<Evolution> {
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
    signs: desk.signs,
    webhooks: desk.webhooks,
    refusals: desk.refusals,
    tries: desk.delivery.tries,
    script: (faults) => desk.faults.push(...faults),
    unused: () => [...desk.faults],
    deliverTo: desk.delivery.deliverTo,
    ...peopleOf(desk),
    post: desk.delivery.post,
    settled,
    close: async () => {
      desk.delivery.stop();
      await stopListening(server);
      await settled();
    },
  };
}

function peopleOf(desk: Desk) {
  const { options, delivery } = desk;
  const instance = options.instances[0] ?? "";
  const tell = async (digits: string, message: object, key: Readonly<Record<string, unknown>>) => {
    const id = newId(options);
    const from = `${digits}@s.whatsapp.net`;
    const timestamp = Math.floor(Date.now() / 1_000);
    await delivery.deliver(upsertWebhook({ instance, from, id, message, key, timestamp }));
    return id;
  };
  const textOf = (text: string) =>
    options.version === "v1" ? { extendedTextMessage: { text } } : { conversation: text };
  return {
    say: (from: string, text: string) => tell(from, textOf(text), {}),
    tap: (from: string, payload: string, title: string) =>
      tell(from, tapMessage(payload, title), {}),
    answerFromPhone: (to: string, text: string) => tell(to, textOf(text), { fromMe: true }),
    connection: async (state: string, statusReason: number) => {
      desk.states.set(instance, state);
      if (!delivery.hasTarget()) return;
      await delivery.deliver(
        envelope("connection.update", instance, { instance, state, statusReason }),
      );
    },
  };
}

function tapMessage(payload: string, title: string): object {
  const paramsJson = JSON.stringify({ id: payload });
  const nativeFlowResponseMessage = { name: "quick_reply", paramsJson, version: 3 };
  return { interactiveResponseMessage: { body: { text: title }, nativeFlowResponseMessage } };
}
