import { type Fault, SHORT } from "../fault.ts";
import { killServers } from "../t1-kill.ts";
import { deliverCopies } from "../t6-duplicates.ts";
import { freezeWorkers } from "../t9-frozen-worker.ts";
import { without } from "./parts.ts";

/** Answers 200 before the commit: kills have to lose what was acknowledged. */
export const ACK_FIRST: Fault = {
  id: "C1",
  title: "acknowledges before the commit; T1",
  isControl: true,
  run: () => killServers(SHORT, without("ackFirst")),
};

/** Remembers ids in memory: two processes have to store what each of them sees for the first time. */
export const DEDUPE_BY_CACHE: Fault = {
  id: "C2",
  title: "recognises duplicates by a cache; T6",
  isControl: true,
  run: () =>
    deliverCopies(SHORT, {
      env: without("dedupeByCache"),
      statement: "alter table inbox drop constraint inbox_once",
    }),
};

/** Sends without looking at the lease: a worker that was frozen has to send once more. */
export const NO_FENCE: Fault = {
  id: "C3",
  title: "sends without a fence; T9",
  isControl: true,
  run: () => freezeWorkers(SHORT, without("noFence")),
};
