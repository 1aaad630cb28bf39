import { expect, test } from "@jest/globals";
import { repeatabilityOf } from "../../../src/channels/azure/repeatability.ts";

const ID = "01a1f944-d828-7000-8000-000000000001";

test("the first round is the message itself, at the time it was made", () => {
  expect(repeatabilityOf({ id: ID, account: "1", round: 0 })).toStrictEqual({
    requestId: ID,
    firstSent: "Fri, 20 Nov 2026 14:03:21 GMT",
  });
});

test("each later round has a UUID of its own, the same at every try", () => {
  const idOf = (round: number) => repeatabilityOf({ id: ID, account: "1", round }).requestId;
  expect(new Set([idOf(0), idOf(1), idOf(2)]).size).toBe(3);
  expect(idOf(1)).toBe(idOf(1));
  expect(idOf(1)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("where the id follows from something else, the row tells the time", () => {
  const id = "0ad41436-4ba7-89d6-b63b-3b3615e17c95";
  const createdAt = "2026-11-21T20:39:06.826123Z";
  const first = repeatabilityOf({ id, account: "+551140040000", round: 0, createdAt });
  expect(first).toEqual({ requestId: id, firstSent: "Sat, 21 Nov 2026 20:39:06 GMT" });
});

test.each(["", "m1", "01a1f944-d828-4000-8000-000000000001"])("%j tells no time", (id) => {
  expect(() => repeatabilityOf({ id, account: "1", round: 0 })).toThrow(
    expect.objectContaining({ code: "channel_invalid_payload" }),
  );
});
