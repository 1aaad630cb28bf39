import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  createCampaign,
  forgetArrivals,
  readArrivals,
  startCampaign,
  waitForArrivals,
} from "./campaign-client.ts";
import { tell } from "./measure.ts";
import type { Section } from "./report.ts";
import type { World } from "./world.ts";

const MESSAGES = 20_000;
const CONNECTIONS = 64;
const MINUTE_MS = 60_000;

/** Peak memory, MB, of a process that takes so many recipients and then sends for so long. */
async function measureMemory(world: World, recipients: number, seconds: number) {
  const bridge = await world.bridge({ role: "all", databaseUrl: await world.newDatabase() });
  const began = performance.now();
  const id = await createCampaign(bridge.url, { recipients });
  const perSecond = recipients / ((performance.now() - began) / 1_000);
  const importMb = bridge.peakMb();
  await forgetArrivals(world.standins.url);
  await startCampaign(bridge.url, id);
  const sent = await waitForArrivals(world.standins.url, recipients, seconds * 1_000);
  const peakMb = bridge.peakMb();
  await bridge.stop();
  tell(`${recipients} recipients: ${peakMb} MB`);
  const row = `| ${recipients} | ${Math.round(perSecond)} | ${importMb} | ${sent} | ${peakMb} |`;
  return { perSecond, peakMb, row };
}

/** What a campaign's message takes beyond the bare call, and whether its memory grows with the recipients. */
export async function measureCampaign(
  world: World,
  { seconds, isBig }: { readonly seconds: number; readonly isBig: boolean },
): Promise<Section> {
  const { standins } = world;
  const messages = world.scaled(MESSAGES);
  const bare = await promisify(execFile)(process.execPath, [
    new URL("bare.ts", import.meta.url).pathname,
    standins.url,
    String(messages),
    String(CONNECTIONS),
  ]);
  const barePerSecond = Number(bare.stdout);
  tell(`bare loop: ${Math.round(barePerSecond)} per second`);

  const bridge = await world.bridge({ role: "all", databaseUrl: await world.newDatabase() });
  const id = await createCampaign(bridge.url, { recipients: messages });
  await forgetArrivals(standins.url);
  await startCampaign(bridge.url, id);
  const sent = await waitForArrivals(standins.url, messages, 10 * MINUTE_MS);
  if (sent < messages) throw new Error(`only ${sent} of ${messages} messages were sent`);
  const arrivals = await readArrivals(standins.url);
  const spanMs = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
  const perSecond = (messages - 1) / (spanMs / 1_000);
  await bridge.stop();
  tell(`campaign: ${Math.round(perSecond)} per second`);

  const sizes = [1_000, 100_000, ...(isBig ? [1_000_000] : [])].map(world.scaled);
  const memory: Awaited<ReturnType<typeof measureMemory>>[] = [];
  for (const recipients of sizes) memory.push(await measureMemory(world, recipients, seconds));
  const largest = memory.at(-1);
  const overheadMs = 1_000 / perSecond - 1_000 / barePerSecond;
  return {
    title: "Campaigns",
    lines: [
      `- a campaign of one process / a bare loop posting to the same stand-in: **${(perSecond / barePerSecond).toFixed(2)}**`,
      `- what a message takes beyond the bare call: **${overheadMs.toFixed(2)} ms** (lease, render, outbox, pacing, claim, fence, record)`,
      "",
      `${messages} messages; the bare loop sends ${Math.round(barePerSecond)} a second on ${CONNECTIONS} connections and keeps nothing, the campaign`,
      `${Math.round(perSecond)} a second over four accounts, each recorded before and after.`,
      "",
      `Memory of the process: after the list was read, and after it has sent for ${seconds} s or to everybody.`,
      "",
      "| recipients | read per second | peak MB, read | sent | peak MB, sent |",
      "|---|---|---|---|---|",
      ...memory.map(({ row }) => row),
    ],
    figures: {
      "campaign.perSecond": perSecond,
      "campaign.readPerSecond": largest?.perSecond ?? Number.NaN,
      "campaign.peakMb": largest?.peakMb ?? Number.NaN,
    },
  };
}
