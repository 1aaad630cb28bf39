import { setTimeout as sleep } from "node:timers/promises";
import { load } from "./load.ts";
import { CONNECTIONS, type Line, PEOPLE } from "./measure.ts";
import type { Subject } from "./subject.ts";

/** Where webhooks are sent to, and how. */
export const webhookJob = (port: number) =>
  ({
    kind: "webhook",
    port,
    path: "/webhooks/whatsapp/webhook",
    connections: CONNECTIONS,
    people: PEOPLE,
  }) as const;

/** Nothing arrived for this long, milliseconds: what is missing will not come. */
const PATIENCE_MS = 30_000;

/** How many messages the stand-in of the provider was sent. */
export async function countSent(standinsUrl: string): Promise<number> {
  return Number(await (await fetch(standinsUrl)).text());
}

/** Waits until so many messages were sent. Throws where they stop coming. */
export async function waitForSent(standinsUrl: string, wanted: number): Promise<void> {
  let last = -1;
  let since = performance.now();
  for (;;) {
    const count = await countSent(standinsUrl);
    if (count >= wanted) return;
    if (count > last) {
      last = count;
      since = performance.now();
    } else if (performance.now() - since > PATIENCE_MS) {
      throw new Error(`only ${count} of ${wanted} messages were sent`);
    }
    await sleep(10);
  }
}

/** Sends webhooks to one process or several, waits until each is answered at the provider, and counts replies per second. */
export async function loopRound(
  subjects: readonly Subject[],
  standinsUrl: string,
  {
    name,
    requests,
    run,
  }: { readonly name: string; readonly requests: number; readonly run: string },
): Promise<Line> {
  const before = await countSent(standinsUrl);
  const began = performance.now();
  const ports = subjects.map(({ port }) => port);
  const result = await load({ ...webhookJob(ports[0] ?? 0), ports, requests, run });
  await waitForSent(standinsUrl, before + requests - result.refused);
  const seconds = (performance.now() - began) / 1000;
  const peakMb = Math.max(...subjects.map((subject) => subject.peakMb()));
  return { ...result, seconds, perSecond: requests / seconds, name, peakMb };
}

/** Sends webhooks and counts those that were acknowledged per second. */
export async function ingestionRound(
  subjects: readonly Subject[],
  {
    name,
    requests,
    run,
  }: { readonly name: string; readonly requests: number; readonly run: string },
): Promise<Line> {
  const ports = subjects.map(({ port }) => port);
  const result = await load({ ...webhookJob(ports[0] ?? 0), ports, requests, run });
  const peakMb = Math.max(...subjects.map((subject) => subject.peakMb()));
  return { ...result, name, peakMb };
}
