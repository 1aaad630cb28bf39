import { computed, signal } from "@preact/signals";
import type { WebhookOrder } from "./wire.ts";

/** How the next webhooks come. */
export interface Conditions {
  readonly times: number;
  readonly order: "given" | "reversed";
  readonly delayMs: number;
  readonly signature: "good" | "bad" | "missing";
  /** Whether messages are gathered and sent together. */
  readonly gathers: boolean;
}

export const USUAL: Conditions = {
  times: 1,
  order: "given",
  delayMs: 0,
  signature: "good",
  gathers: false,
};

export const conditions = signal<Conditions>(USUAL);

export const change = (part: Partial<Conditions>): void => {
  conditions.value = { ...conditions.peek(), ...part };
};

export const isUsual = computed(() => {
  const { times, order, delayMs, signature } = conditions.value;
  return (
    times === USUAL.times &&
    order === USUAL.order &&
    delayMs === USUAL.delayMs &&
    signature === USUAL.signature
  );
});

/** The part of an order that says how the call comes. */
export function callOptions({
  times,
  order,
  delayMs,
  signature,
}: Conditions): Pick<WebhookOrder, "times" | "order" | "delay_ms" | "signature"> {
  return { times, order, delay_ms: delayMs, signature };
}
