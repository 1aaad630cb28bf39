import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import { z } from "zod";
import {
  type KeptAnswer,
  type NamedRequest,
  answerRequest,
  claimRequest,
  releaseRequest,
  renewRequest,
} from "../../db/idempotency-keys.ts";
import { BridgeError } from "../../errors.ts";
import { derivedId } from "../../identity.ts";
import { sendProblem } from "../problem.ts";
import { digestBody, tapBody } from "./body-digest.ts";
import { refusalOf } from "./refusals.ts";
import { InvalidRequest } from "./request-problem.ts";
import type { ApiContext, Route } from "./route.ts";

const HEADER = "Idempotency-Key";

/** How often a request that runs says so; its lease lasts three times as long. */
const RENEW_MS = 20_000;

/** Seconds after which to ask again for a request that is still under way. */
const ASK_AGAIN_S = 2;

interface Call {
  readonly route: Pick<Route, "method" | "status" | "readsBody" | "keepsAnswer">;
  readonly request: Request;
  readonly response: Response;
  readonly context: Pick<ApiContext, "db" | "log" | "caller" | "newId">;
}

type Work = (newId: ApiContext["newId"]) => Promise<unknown>;

/** Reads how the caller names the request; undefined where it does not, or where the verb may be repeated anyway. */
function readKey({ method }: Call["route"], request: Request): string | undefined {
  const key = request.get(HEADER);
  if (key === undefined || method !== "post") return undefined;
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key;
  const detail = "must be 1 to 255 printable ASCII characters";
  throw new InvalidRequest([{ parameter: HEADER, detail }]);
}

/** What a request asks for. A body that is read as it comes is not among it: it is compared once it was read. */
function digestOf({ readsBody }: Call["route"], request: Request): string {
  const body: unknown = readsBody ? request.get("content-type") : (request.body ?? {});
  const asked = JSON.stringify([request.method, request.originalUrl, body]);
  return createHash("sha256").update(asked).digest("hex");
}

const mismatch = () =>
  new BridgeError("request_idempotency_mismatch", `this ${HEADER} was used for another request`);

const storedProblem = z.object({
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.record(z.string(), z.unknown())).optional(),
});

/** Answers a repetition as the request itself was answered. */
async function replay(call: Call, { status, answer, bodyDigest }: KeptAnswer): Promise<void> {
  const { route, request, response } = call;
  if (bodyDigest !== null && (await digestBody(request)) !== bodyDigest) throw mismatch();
  if (!route.keepsAnswer && status < 400)
    throw new BridgeError("request_conflict", "this was done, and its answer is shown only once");
  response.set("Idempotency-Replayed", "true");
  if (status < 400) {
    response.status(status).json(answer);
    return;
  }
  const { errors, ...problem } = storedProblem.parse(answer);
  sendProblem(response, errors === undefined ? problem : { ...problem, errors });
}

/** Does the work of a request with a key, and keeps what came of it. A failure that passes may be tried again at once. */
async function doNamed(
  { route, request, context }: Call,
  { seed, ...claimed }: NamedRequest & { readonly seed: string; readonly lease: string },
  work: Work,
): Promise<unknown> {
  const { db, log } = context;
  // The request is done or undone by now: not being able to write that down must not change its answer.
  const note = (saving: Promise<void>) =>
    saving.catch((error: unknown) => log.warn("a request's answer could not be kept", { error }));
  const bodyDigest = route.readsBody ? tapBody(request) : () => null;
  const keep = (status: number, answer: unknown) => {
    const digest = bodyDigest();
    const saving =
      digest === undefined
        ? releaseRequest(db, claimed)
        : answerRequest(db, claimed, { status, answer, bodyDigest: digest });
    return note(saving);
  };
  const timer = setInterval(() => void note(renewRequest(db, claimed)), RENEW_MS);
  try {
    const answer = await work((part) => derivedId(seed, part));
    await keep(route.status, route.keepsAnswer ? answer : null);
    return answer;
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    const passes = thrown instanceof BridgeError && thrown.retry;
    if (refusal === undefined || refusal.status >= 500 || passes)
      await note(releaseRequest(db, claimed));
    else await keep(refusal.status, refusal);
    throw thrown;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Answers a request, and one with an Idempotency-Key once: its repetition gets the same answer, a repetition while it runs is
 * told to wait, and another request under the same key is refused. Throws what `work` throws.
 */
export async function onlyOnce(call: Call, work: Work): Promise<void> {
  const { route, request, response, context } = call;
  const key = readKey(route, request);
  if (key === undefined) {
    response.status(route.status).json(await work(context.newId));
    return;
  }
  const named = { owner: context.caller.actor, key, digest: digestOf(route, request) };
  const claim = await claimRequest(context.db, named);
  switch (claim.kind) {
    case "mismatch":
      throw mismatch();
    case "running":
      response.set("Retry-After", String(ASK_AGAIN_S));
      throw new BridgeError("request_in_progress", "this request is under way");
    case "answered":
      await replay(call, claim);
      return;
    case "claimed": {
      const { seed, lease } = claim;
      response.status(route.status).json(await doNamed(call, { ...named, seed, lease }, work));
    }
  }
}
