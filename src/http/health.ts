import { Router } from "express";
import type { Response } from "express";
import { BridgeError, toError } from "../errors.ts";
import { authorize } from "./api/authorize.ts";
import type { AppDependencies, HealthSnapshot } from "./dependencies.ts";
import { BACKLOG_NAMES, QUEUE_NAMES } from "./metric-words.ts";
import { withTimeLimit } from "./time-limit.ts";

/** What was found out, and when. `snapshot` is absent while the storage is away. */
interface Finding {
  readonly checkedAt: Date;
  readonly snapshot?: HealthSnapshot;
}

type CheckName = keyof AppDependencies["checks"];

const CHECK_NAMES = ["database", "migrations"] as const satisfies readonly CheckName[];
/** Readiness is asked for every few seconds by every balancer; a flood of questions must not write each time. */
const READY_MAX_AGE_MS = 1_000;

/** Serves `/live`, `/health`, `/ready` and `/metrics`. */
export function healthRoutes(deps: AppDependencies): Router {
  const { settings, metrics } = deps;
  const findings = remembered(() => examine(deps), settings.healthMaxAgeMs);
  const failures = remembered(() => failedChecks(deps), READY_MAX_AGE_MS);
  const router = Router();

  router.get("/live", (_request, response) => answer(response, 200, { status: "alive" }));

  router.get("/health", async (_request, response) => {
    const finding = await findings();
    const healthy = finding.snapshot !== undefined;
    answer(response, healthy ? 200 : 503, healthBody(deps, finding));
  });

  router.get("/ready", async (_request, response) => {
    const failed = deps.isDraining?.() === true ? ["draining"] : await failures();
    if (failed.length === 0) answer(response, 200, { status: "ready" });
    else answer(response, 503, { status: "not_ready", failed });
  });

  const open = settings.metricsPublic ? [] : [authorize(deps.adminKey)];
  router.get("/metrics", ...open, async (_request, response) => {
    const { snapshot } = await findings();
    metrics.database(snapshot === undefined ? "away" : "up");
    if (snapshot !== undefined) {
      for (const name of [...QUEUE_NAMES, ...BACKLOG_NAMES])
        if (snapshot.queues[name] !== undefined) metrics.queue(name, snapshot.queues[name]);
      metrics.workWaiting(snapshot.workWaitingSeconds ?? 0);
    }
    response.set("Content-Type", metrics.contentType).end(await metrics.render());
  });
  return router;
}

function healthBody(
  { settings, channels, about }: AppDependencies,
  { checkedAt, snapshot }: Finding,
) {
  return {
    status: snapshot === undefined ? "unhealthy" : "healthy",
    version: settings.version,
    uptime_s: Math.floor(process.uptime()),
    channels: Object.fromEntries(
      [...channels.values()].map(({ name, type, channel }) => [
        name,
        { type, delivery: channel.delivery, accounts: channel.accounts.length },
      ]),
    ),
    storage: snapshot === undefined ? { available: false } : storageBody(snapshot),
    ...(snapshot?.broker !== undefined && { notifications: { broker: snapshot.broker } }),
    checked_at: checkedAt.toISOString(),
    ...about,
  };
}

function storageBody({ storage, queues }: HealthSnapshot) {
  return {
    available: true,
    kind: storage,
    queues: Object.fromEntries(
      QUEUE_NAMES.map((name) => [
        name,
        { depth: queues[name].depth, oldest_s: Math.round(queues[name].oldestSeconds) },
      ]),
    ),
  };
}

async function examine(deps: AppDependencies): Promise<Finding> {
  const checkedAt = new Date();
  const snapshot = await attempt(deps, "health", async () => {
    await deps.checks.database();
    return deps.snapshot();
  });
  return snapshot === undefined ? { checkedAt } : { checkedAt, snapshot };
}

async function failedChecks(deps: AppDependencies): Promise<readonly CheckName[]> {
  const passed = await Promise.all(
    CHECK_NAMES.map((name) =>
      attempt(deps, name, async () => {
        await deps.checks[name]();
        return true;
      }),
    ),
  );
  return CHECK_NAMES.filter((_name, index) => passed[index] !== true);
}

/** Gives undefined for a check that fails or takes too long; why is for the log, not for the caller. */
async function attempt<Result>(
  { log, settings }: AppDependencies,
  check: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await withTimeLimit(
      work(),
      settings.checkTimeoutMs,
      () => new BridgeError("store_unavailable", "the check took too long"),
    );
  } catch (thrown) {
    log.warn("a check failed", { check, error: toError(thrown) });
    return undefined;
  }
}

/** Asks again only when the last answer is too old, and once for all who wait. `work` must not reject. */
function remembered<Result>(work: () => Promise<Result>, maxAgeMs: number): () => Promise<Result> {
  let last: { readonly at: number; readonly result: Promise<Result> } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at >= maxAgeMs) last = { at: now, result: work() };
    return last.result;
  };
}

function answer(response: Response, status: number, body: unknown): void {
  response
    .status(status)
    .set({ "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" })
    .end(JSON.stringify(body));
}
