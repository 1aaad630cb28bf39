import { describe, expect, test } from "@jest/globals";
import { fits } from "../../../src/campaigns/events/fits.ts";
import { readEvent } from "../../../src/campaigns/events/read-event.ts";
import { matchesTopic } from "../../../src/campaigns/events/topic.ts";
import { delivery, rulesOf } from "./scene.ts";

describe("a binding", () => {
  test.each([
    { label: "the same words", pattern: "order.made", key: "order.made", want: true },
    { label: "another word", pattern: "order.made", key: "order.paid", want: false },
    { label: "one word too many", pattern: "order", key: "order.made", want: false },
    { label: "one word too few", pattern: "order.made", key: "order", want: false },
    { label: "a star is one word", pattern: "order.*", key: "order.made", want: true },
    { label: "a star is not two words", pattern: "order.*", key: "order.made.now", want: false },
    { label: "a star is not nothing", pattern: "order.*", key: "order", want: false },
    { label: "a hash is nothing", pattern: "order.#", key: "order", want: true },
    { label: "a hash is many words", pattern: "#.now", key: "a.b.c.now", want: true },
    { label: "a hash in the middle", pattern: "a.#.d", key: "a.b.c.d", want: true },
    { label: "a hash does not hide what follows", pattern: "#.now", key: "a.b", want: false },
    { label: "a dot is no wild card", pattern: "a.b", key: "axb", want: false },
    {
      label: "many hashes take no time",
      pattern: Array.from({ length: 60 }, () => "#.a").join("."),
      key: Array.from({ length: 60 }, () => "b").join("."),
      want: false,
    },
  ])("$label", ({ pattern, key, want }) => {
    expect(matchesTopic(pattern, key)).toBe(want);
  });
});

describe("an event is a rule's", () => {
  const fitting = (routingKey: string | undefined, body: object, key: string): boolean => {
    const own = routingKey === undefined ? "" : `, routing_key: "${routingKey}"`;
    const { rules } = rulesOf(
      `notifications: [{ name: a, event: order.made, channel: whatsapp, to: p, text: x${own} }]`,
    );
    const { event } = readEvent(delivery(body, { routingKey: key }));
    return rules.some((rule) => fits(rule, event));
  };

  test.each([
    {
      label: "by its type",
      routingKey: undefined,
      body: { type: "order.made" },
      key: "x",
      want: true,
    },
    {
      label: "by `event`",
      routingKey: undefined,
      body: { event: "order.made" },
      key: "x",
      want: true,
    },
    {
      label: "by its routing key alone",
      routingKey: undefined,
      body: {},
      key: "order.made",
      want: true,
    },
    {
      label: "not when its type is another",
      routingKey: undefined,
      body: { type: "order.paid" },
      key: "order.made",
      want: false,
    },
    {
      label: "not when its routing key is another tenant's",
      routingKey: "acme.#",
      body: { type: "order.made" },
      key: "other.order.made",
      want: false,
    },
    {
      label: "by both",
      routingKey: "acme.#",
      body: { type: "order.made" },
      key: "acme.x",
      want: true,
    },
    { label: "by the rule's own key", routingKey: "acme.*", body: {}, key: "acme.x", want: true },
  ])("$label", ({ routingKey, body, key, want }) => {
    expect(fitting(routingKey, body, key)).toBe(want);
  });
});
