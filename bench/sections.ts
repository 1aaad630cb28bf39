import { measureApi } from "./api.ts";
import { measureCampaign } from "./campaign.ts";
import { measureGrowth } from "./growth.ts";
import { measureHistory } from "./history.ts";
import { measureLatency } from "./latency.ts";
import { tell } from "./measure.ts";
import { measureMemory } from "./memory.ts";
import { measurePages } from "./pages.ts";
import { measurePacing } from "./pacing.ts";
import { measurePeers } from "./peers/measure.ts";
import { rivalsMissing } from "./peers/peer.ts";
import { measureProcesses } from "./processes.ts";
import { measureProfile } from "./profile.ts";
import { measureQueue } from "./queue.ts";
import type { Section } from "./report.ts";
import { measureStart } from "./start.ts";
import { measureWebhooks } from "./webhooks.ts";
import type { World } from "./world.ts";

/** Measures a part of the benchmark. */
export type Measurement = (world: World) => Promise<Section | undefined>;

/** Rivals that are not installed leave what was measured of them as it is. */
function measureRivals(world: World): Promise<Section | undefined> {
  const missing = rivalsMissing();
  if (missing === undefined) return measurePeers(world);
  tell(missing);
  return Promise.resolve(undefined);
}

/** Every part by name, in the order of the results. */
export function listSections({
  seconds,
  rows,
  isBig,
}: {
  readonly seconds: number;
  readonly rows: number;
  readonly isBig: boolean;
}): ReadonlyMap<string, Measurement> {
  return new Map<string, Measurement>([
    ["webhooks", measureWebhooks],
    ["peers", measureRivals],
    ["latency", measureLatency],
    ["profile", measureProfile],
    ["queue", measureQueue],
    ["history", (world) => measureHistory(world, rows)],
    ["api", measureApi],
    ["campaign", (world) => measureCampaign(world, { seconds, isBig })],
    ["start", measureStart],
    ["memory", measureMemory],
    ["growth", measureGrowth],
    ["processes", measureProcesses],
    ["pages", measurePages],
    ["pacing", (world) => measurePacing(world, { seconds })],
  ]);
}
