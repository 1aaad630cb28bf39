import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../e2e/bridge-process.ts";
import { eventually } from "../e2e/world.ts";
import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, heardOnly } from "./marks.ts";
import { openScene } from "./scene.ts";

const FREEZES = 25;
const LEASE_MS = 1_000;

/**
 * Sends per second. Fewer than people write, so that answers wait for their turn between the row and the send: a worker that
 * is frozen there and goes on later has nothing but the fence to stop it. A short form is run beside other suites, which
 * leave the bot and the workers less of the machine.
 */
const PER_SECOND = 60;
const PER_SECOND_SHORT = 20;
const PEOPLE = 80;

/** Freezes one of two workers for twice its lease and lets it go on, again and again. */
export async function freezeWorkers(size: Size, env: Environment = {}): Promise<FaultFigures> {
  const freezes = size.of(FREEZES, 1);
  const perSecond = size.of(PER_SECOND, PER_SECOND_SHORT);
  const scene = await openScene({
    env: { PONTE_ROLE: "web", ...env },
    settings: {
      channels: {
        whatsapp: {
          type: "cloud",
          pair_burst: 45,
          pair_refill_ms: 1,
          messages_per_second: perSecond,
        },
      },
      engine: { lease_ms: LEASE_MS, poll_ms: 25 },
    },
    sender: { people: PEOPLE, limit: size.of(6_000, 160) },
  });
  const { world, sender } = scene;
  try {
    scene.aim([world.bridge()]);
    const role = { PONTE_ROLE: "worker" };
    const workers = await Promise.all([world.startAnother(role), world.startAnother(role)]);
    for (let freeze = 0; freeze < freezes; freeze += 1) {
      sender.start();
      const heard = world.graph.sent.length;
      await eventually(() => world.graph.sent.length >= heard + PEOPLE / 4);
      const worker = workers[freeze % workers.length];
      worker?.signal("SIGSTOP");
      await sleep(2 * LEASE_MS);
      worker?.signal("SIGCONT");
    }
    await sender.stop();
    await scene.rest();
    await world.graph.settled();
    const audited = await scene.audit();
    const figures = auditFigures(audited);
    return {
      ...figures,
      rounds: freezes,
      marks: [heardOnly(sender, [200]), allTaken(sender)],
      notes: [
        `two workers, leases of 1 s, one frozen for 2 s at a time, ${perSecond} sends/s`,
        ...figures.notes,
      ],
    };
  } finally {
    await scene.close();
  }
}

export const FROZEN_WORKER: Fault = {
  id: "T9",
  title: "a worker is frozen for twice its lease and goes on",
  run: (size) => freezeWorkers(size),
};
