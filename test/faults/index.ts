import { ACK_FIRST, DEDUPE_BY_CACHE, NO_FENCE } from "./controls/controls.ts";
import type { Fault } from "./fault.ts";
import { KILL } from "./t1-kill.ts";
import { POSTGRES_CRASH } from "./t2-postgres-crash.ts";
import { TERMINATE_BACKENDS } from "./t2b-terminate.ts";
import { POSTGRES_FREEZE } from "./t2c-freeze.ts";
import { FAIL_OVER } from "./t2d-failover.ts";
import { SPOOL } from "./t2s-spool.ts";
import { REDIS_AWAY } from "./t3-redis.ts";
import { BACKEND_AWAY } from "./t4-backend-away.ts";
import { PROVIDER_TROUBLE } from "./t5-provider.ts";
import { DUPLICATES } from "./t6-duplicates.ts";
import { STATUS_ORDERS } from "./t7-statuses.ts";
import { WORKER_KILL } from "./t8-worker-kill.ts";
import { FROZEN_WORKER } from "./t9-frozen-worker.ts";
import { ALBUM } from "./t10-album.ts";
import { CAMPAIGN } from "./t11-campaign.ts";
import { DISK_FULL } from "./t12-disk-full.ts";
import { CLOCKS } from "./t13-clocks.ts";
import { FUZZ } from "./t15-fuzz.ts";
import { POISON } from "./t16-poison.ts";
import { SLOWLORIS } from "./t17-slowloris.ts";
import { HUGE } from "./t18-huge.ts";
import { FORGED } from "./t19-forged.ts";
import { REPLAY } from "./t20-replay.ts";
import { ROLLING } from "./t21-rolling.ts";

/** Every fault, in the order of the reference; the controls last. */
export const FAULTS: readonly Fault[] = [
  KILL,
  POSTGRES_CRASH,
  TERMINATE_BACKENDS,
  POSTGRES_FREEZE,
  FAIL_OVER,
  SPOOL,
  REDIS_AWAY,
  BACKEND_AWAY,
  PROVIDER_TROUBLE,
  DUPLICATES,
  STATUS_ORDERS,
  WORKER_KILL,
  FROZEN_WORKER,
  ALBUM,
  CAMPAIGN,
  DISK_FULL,
  CLOCKS,
  FUZZ,
  POISON,
  SLOWLORIS,
  HUGE,
  FORGED,
  REPLAY,
  ROLLING,
  ACK_FIRST,
  DEDUPE_BY_CACHE,
  NO_FENCE,
];
