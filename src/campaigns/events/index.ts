import type { Database } from "../../db/driver.ts";
import type { Sender } from "../send-message.ts";
import { type EventConsumer, startConsumer } from "./consumer.ts";
import { bindingOf } from "./fits.ts";
import { handleEvent } from "./handle-event.ts";
import type { NotificationRules } from "./load-rules.ts";
import type { EventObserver } from "./observer.ts";
import { prepareNotification } from "./prepare.ts";

export interface NotificationOptions extends NotificationRules {
  readonly db: Database;
  readonly sender: Pick<Sender, "prepare" | "toLot">;
  readonly url: string;
  readonly prefetch: number;
  readonly onWork: () => void;
  readonly observer: EventObserver;
  readonly reconnect?: { readonly initialDelay: number; readonly maxDelay: number };
}

/** Starts to tell people of events from RabbitMQ, now or as soon as it is there. */
export function startNotifications(options: NotificationOptions): Promise<EventConsumer> {
  const { db, sender, topology, rules, onWork } = options;
  const prepare = prepareNotification.bind(undefined, sender);
  const tools = { db, source: topology.exchange, rules, prepare, onWork };
  return startConsumer({
    ...options,
    bindings: rules.map(bindingOf),
    handle: (message) => handleEvent(message, tools),
  });
}
