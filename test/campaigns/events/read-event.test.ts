import { describe, expect, test } from "@jest/globals";
import { readEvent } from "../../../src/campaigns/events/read-event.ts";
import { delivery } from "./scene.ts";

describe("an event", () => {
  test.each([
    {
      label: "from event_id",
      body: { event_id: "a", id: "c" },
      properties: { messageId: "b" },
      want: "a",
    },
    {
      label: "from the message's own id",
      body: { id: "c" },
      properties: { messageId: "b" },
      want: "b",
    },
    { label: "from id", body: { id: "c" }, properties: {}, want: "c" },
    { label: "from a number", body: { event_id: 42 }, properties: {}, want: "42" },
    {
      label: "from a number too large for one",
      body: Buffer.from('{"event_id":12345678901234567890}'),
      properties: {},
      want: "12345678901234567890",
    },
    {
      label: "without what no database keeps",
      body: { event_id: "a\u0000b" },
      properties: {},
      want: "ab",
    },
    { label: "not from an object", body: { event_id: {} }, properties: {}, want: undefined },
    {
      label: "not from an endless text",
      body: { event_id: "x".repeat(201) },
      properties: {},
      want: undefined,
    },
    {
      label: "not from nothing",
      body: { event_id: "" },
      properties: { messageId: "" },
      want: undefined,
    },
  ])("has its name $label", ({ body, properties, want }) => {
    expect(readEvent(delivery(body, { properties })).event.id).toBe(want);
  });

  test.each([
    {
      label: "from its body",
      body: { type: "a" },
      properties: { type: "b", headers: { type: "c" } },
      want: "a",
    },
    {
      label: "from a header",
      body: {},
      properties: { type: "b", headers: { type: "c" } },
      want: "c",
    },
    { label: "from its property", body: {}, properties: { type: "b" }, want: "b" },
    {
      label: "from nowhere",
      body: { type: 5 },
      properties: { headers: { type: {} } },
      want: undefined,
    },
  ])("has its type $label", ({ body, properties, want }) => {
    expect(readEvent(delivery(body, { properties })).event.type).toBe(want);
  });

  test("keeps the key it was published with while it is among the dead letters", () => {
    const properties = { headers: { "x-routing-key": "order.made" } };
    const { event } = readEvent(delivery({}, { routingKey: "queue", properties }));
    expect(event.routingKey).toBe("order.made");
  });

  test.each([
    { label: "no JSON", body: Buffer.from("{") },
    { label: "nothing", body: Buffer.from("") },
    { label: "a list", body: Buffer.from("[1]") },
    { label: "a word", body: Buffer.from('"hello"') },
    { label: "null", body: Buffer.from("null") },
    { label: "Latin-1", body: Buffer.from('{"name":"José"}', "latin1") },
    { label: "binary", body: Buffer.from([0, 255, 254, 7]) },
    { label: "nested without end", body: Buffer.from(`{"a":${"[".repeat(200_000)}`) },
    {
      label: "nested too deep to walk",
      body: Buffer.from(`{"a":${"[".repeat(90_000)}${"]".repeat(90_000)}}`),
    },
    { label: "too large", body: Buffer.from(JSON.stringify({ a: "x".repeat(1_000_001) })) },
    { label: "packed", body: { a: 1 }, properties: { contentEncoding: "gzip" } },
  ])("is unreadable when it is $label", ({ body, properties = {} }) => {
    const read = readEvent(delivery(body, { properties }));
    expect(read).toMatchObject({
      kind: "unreadable",
      event: { digest: expect.stringMatching(/^sha256:/) },
    });
  });

  test("keeps the digits of a number that JavaScript would round", () => {
    const { event } = readEvent(delivery(Buffer.from('{"po":12345678901234567891,"n":1.5,"i":7}')));
    expect(event.body).toEqual({ po: "12345678901234567891", n: 1.5, i: 7 });
  });
});
