import type { Buckets } from "../cache/cache.ts";
import type { Channel } from "../channels/channel.ts";
import type {
  CommandSettings,
  ConversationSettings,
  DeliverySettings,
} from "../config/settings.ts";
import type { Database } from "../db/driver.ts";
import { type Accept, createAccept } from "./accept.ts";
import { type Bursts, createBursts } from "./burst.ts";
import { createFallBack } from "./fallback.ts";
import type { Observer } from "./observer.ts";
import { createPace, type Pace } from "./pace.ts";
import { type ResolveTemplate, takeAnyTemplate } from "./resolve-template.ts";
import { createStatusFlow, type StatusFlow } from "./status.ts";

export interface IntakeDependencies {
  readonly db: Database;
  /** By name. */
  readonly channels: ReadonlyMap<string, { readonly type: string; readonly channel: Channel }>;
  readonly commands: CommandSettings;
  readonly conversation: ConversationSettings;
  readonly delivery: DeliverySettings;
  /** Limits that hold for all processes. */
  readonly buckets: Buckets;
  readonly observer: Observer;
  /** Checks the templates of routes; they are taken as they are where absent. */
  readonly resolveTemplate?: ResolveTemplate;
  /** Tells this process's workers that there is work. */
  readonly onWork: () => void;
}

/** What lies between a verified webhook and its 200, and the steps that a worker shares with it. */
export interface Intake {
  readonly accept: Accept;
  readonly statuses: StatusFlow;
  readonly pace: Pace;
  readonly bursts: Bursts;
  readonly fallBack: ReturnType<typeof createFallBack>;
}

/** Wires the part of the flow that stores what comes in. It needs no worker in its process. */
export function createIntake(deps: IntakeDependencies): Intake {
  const { db, channels, conversation, commands, delivery, observer, onWork } = deps;
  const { resolveTemplate = takeAnyTemplate } = deps;
  const pace = createPace(deps.buckets);
  const routes = delivery.fallback;
  const fallBack = createFallBack({ db, channels, routes, resolveTemplate, observer, onWork });
  const statuses = createStatusFlow({ db, delivery, pace, observer, fallBack, onWork });
  const bursts = createBursts({ conversation, commands }, channels);
  const { gather } = bursts;
  const accept = createAccept({ db, statuses, pace, channels, gather, observer, onWork });
  return { accept, statuses, pace, bursts, fallBack };
}
