import type { EventObserver } from "./campaigns/events/observer.ts";
import type { CostSettings } from "./config/settings.ts";
import type { Observer } from "./flow/observer.ts";
import type { Metrics } from "./http/metrics.ts";
import type { Log } from "./log.ts";

const NOTICE_LEVEL = { info: "info", warning: "warn", alert: "error" } as const;

/** What happens to every message is worth a line only while somebody looks: at the level `debug`. */
function traceSteps(
  metrics: Metrics,
  log: Log,
): Pick<Observer, "stored" | "backendCalled" | "turn" | "wait" | "send" | "status"> {
  return {
    stored: (channel, messageIds) => {
      metrics.stored(channel, messageIds);
      log.debug("messages were stored", { channel, messages: messageIds });
    },
    backendCalled: (backend, outcome, ms) => {
      metrics.backendCalled(backend, outcome, ms);
      log.debug("a backend was asked", { backend, outcome, ms });
    },
    turn: (channel, backend, outcome, ms) => {
      metrics.turn(channel, backend, outcome, ms);
      log.debug("a turn ended", { channel, backend, outcome, ms });
    },
    wait: (channel, ms) => {
      metrics.wait(channel, ms);
      log.debug("a message waited for the provider's limits", { channel, ms });
    },
    send: (channel, outcome) => {
      metrics.send(channel, outcome);
      log.debug("a message was sent or tried", { channel, outcome });
    },
    status: (channel, status) => {
      metrics.status(channel, status);
      log.debug("a status was reported", { channel, status });
    },
  };
}

/** Counts everything and writes what an operator must know: refusals, notices, what was given up, what went wrong. */
export function createObserver(
  metrics: Metrics,
  log: Log,
  costs?: Pick<CostSettings, "currency" | "prices">,
): Observer {
  return {
    ...metrics,
    ...traceSteps(metrics, log),
    billed: (channel, category) => {
      const amount = costs?.prices[channel]?.[category];
      const price =
        costs && amount !== undefined ? { amount, currency: costs.currency } : undefined;
      metrics.billed(channel, category, price);
    },
    notice: (channel, notice) => {
      metrics.notice(channel, notice);
      const { topic, detail, account } = notice;
      log[NOTICE_LEVEL[notice.severity]]("the provider sent a notice", {
        channel,
        account,
        topic,
        detail,
      });
    },
    sendFailed: (channel, failureClass, code) => {
      metrics.sendFailed(channel, failureClass, code);
      const level = failureClass === "alert" || failureClass === "fix" ? "error" : "warn";
      log[level]("the provider refused a message", { channel, class: failureClass, code });
    },
    breaker: (backend, state) => {
      metrics.breaker(backend, state);
      if (state === "open") log.warn("a backend has failed too often and is paused", { backend });
      if (state === "closed") log.info("a backend is back", { backend });
    },
    dead: (channel, reason) => {
      metrics.dead(channel, reason);
      log.error("a message was given up and waits with the dead letters", { channel, reason });
    },
    fellBack: (from, to) => {
      metrics.fellBack(from, to);
      log.warn("a message goes out on another channel, because its own cannot reach the person", {
        from,
        to,
      });
    },
    problem: (what, error, fields = {}) => log.error(what, { ...fields, error }),
  };
}

/** The same for events from a broker. */
export function createEventObserver(metrics: Metrics, log: Log): EventObserver {
  return {
    broker: (state, error) => {
      metrics.broker(state);
      if (state === "connected") log.info("RabbitMQ is connected");
      else log.warn("RabbitMQ is away; it is tried again, and events wait there", { error });
    },
    notification: metrics.notification,
    refused: (problems) =>
      log.error("an event was refused and waits among the dead letters", { problems }),
    problem: (what, error) => log.error(what, { error }),
  };
}
