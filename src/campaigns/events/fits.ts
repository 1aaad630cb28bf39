import type { BrokerEvent } from "./read-event.ts";
import type { NotificationRule } from "./rule-schema.ts";
import { matchesTopic } from "./topic.ts";

/** What the queue is bound to so that a rule's events reach it. */
export function bindingOf({ event, routing_key: routingKey }: NotificationRule): string {
  return routingKey ?? event;
}

/**
 * Whether an event is a rule's. The type that the event states decides, and the routing key where the rule names one; an
 * event that states no type is known by its routing key alone.
 */
export function fits(rule: NotificationRule, { type, routingKey }: BrokerEvent): boolean {
  if (type === undefined) return matchesTopic(bindingOf(rule), routingKey);
  if (type !== rule.event) return false;
  return rule.routing_key === undefined || matchesTopic(rule.routing_key, routingKey);
}
