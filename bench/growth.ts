import { table } from "../test/proof/document.ts";
import { slopeOf } from "../test/soak/memory.ts";
import { INSPECT, memoryOf } from "./inspector.ts";
import { waitForSent, webhookJob } from "./loop.ts";
import { PEOPLE, tell } from "./measure.ts";
import { openLoad } from "./open-load.ts";
import { forgetArrivals } from "./campaign-client.ts";
import type { Section } from "./report.ts";
import type { Subject } from "./subject.ts";
import type { World } from "./world.ts";

/** Full loops per second: few enough that nothing piles up, and within minutes all that is remembered has its full size. */
const PER_SECOND = 250;

/**
 * Minutes of it, and how many of them count: what is remembered for some minutes (messages that were counted: ten minutes, and
 * at most 100,000 keys) has its full size after seven.
 */
const MINUTES = 16;
const WARM_MINUTES = 8;

const MB = 2 ** 20;

/** What a bridge holds after some minutes of work, with nothing under way, MB. */
export interface Held {
  readonly minute: number;
  readonly resident: number;
  /** Objects that something still refers to: garbage is collected before they are counted. */
  readonly live: number;
  /** Buffers and other memory outside the engine's heap that objects hold. */
  readonly buffers: number;
}

async function heldAfter(subject: Subject, minute: number): Promise<Held> {
  const resident = subject.residentMb();
  const { heapUsed, external } = await memoryOf(subject.inspector ?? "", { isCollected: true });
  return { minute, resident, live: heapUsed / MB, buffers: external / MB };
}

/** What is added each minute, MB, from the minute on at which everything is warm. */
export function growthOf(
  all: readonly Held[],
  warmMinutes: number,
): Readonly<Record<"resident" | "live" | "buffers", number>> {
  const counted = all.filter(({ minute }) => minute >= warmMinutes);
  const slope = (read: (held: Held) => number) =>
    slopeOf(counted.map((held) => [held.minute, read(held)]));
  return {
    resident: slope(({ resident }) => resident),
    live: slope(({ live }) => live),
    buffers: slope(({ buffers }) => buffers),
  };
}

async function watch(world: World, subject: Subject, minutes: number): Promise<Held[]> {
  const { port, path } = webhookJob(subject.port);
  const { url } = world.standins;
  const requests = PER_SECOND * (world.isQuick ? 2 : 60);
  const all: Held[] = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    await forgetArrivals(url);
    const run = `growth ${minute}`;
    const job = { port, path, perSecond: PER_SECOND, requests, first: minute * requests, run };
    const { refused } = await openLoad({ ...job, people: PEOPLE });
    await waitForSent(url, requests - refused);
    all.push(await heldAfter(subject, minute));
    tell(`growth: minute ${minute} of ${minutes}`);
  }
  return all;
}

/** Whether a bridge that works holds more and more. */
export async function measureGrowth(world: World): Promise<Section> {
  const [minutes, warm] = world.isQuick ? [3, 2] : [MINUTES, WARM_MINUTES];
  const databaseUrl = await world.newDatabase();
  const subject = await world.bridge({ role: "all", databaseUrl, nodeOptions: [INSPECT] });
  const all = await watch(world, subject, minutes);
  await subject.stop();
  const growth = growthOf(all, warm);
  return {
    title: "What work leaves behind",
    lines: [
      `One bridge on PostgreSQL, ${PER_SECOND} full loops a second of ${PEOPLE} people for ${minutes} minutes. After each minute, once all are answered:`,
      "the memory of the process, then, with garbage collected, its objects and what they hold outside the engine's heap, MB. Growth is the",
      `slope of the nearest straight line from minute ${warm} on, when everything that is remembered for some minutes has its full size:`,
      "",
      ...table(
        ["minute", "process", "objects", "buffers"],
        [
          ...all.map(({ minute, resident, live, buffers }) => [
            minute,
            resident,
            live.toFixed(1),
            buffers.toFixed(1),
          ]),
          [
            "growth, MB a minute",
            growth.resident.toFixed(2),
            growth.live.toFixed(2),
            growth.buffers.toFixed(2),
          ],
        ],
      ),
    ],
    figures: { "growth.objectsPerMinute": growth.live + growth.buffers },
  };
}
