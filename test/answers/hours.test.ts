import { describe, expect, test } from "@jest/globals";
import { createHours } from "../../src/answers/hours.ts";

const WEEKDAYS = [1, 2, 3, 4, 5];
const hour = (hours: number): number => hours * 60;
const office = { days: WEEKDAYS, from: hour(8), to: hour(18) };

describe("opening hours", () => {
  test.each([
    { label: "the first minute is open", at: "2026-11-20T11:00:00Z", want: true },
    { label: "the minute before is not", at: "2026-11-20T10:59:59Z", want: false },
    { label: "the last second is open", at: "2026-11-20T20:59:59Z", want: true },
    { label: "the closing minute is not", at: "2026-11-20T21:00:00Z", want: false },
    { label: "a Saturday is closed", at: "2026-11-21T15:00:00Z", want: false },
    {
      label: "it is Friday in São Paulo when it is Saturday in UTC",
      at: "2026-11-21T01:00:00Z",
      want: false,
    },
    { label: "a holiday is closed", at: "2026-11-19T15:00:00Z", want: false },
    { label: "a yearly holiday is closed in every year", at: "2028-12-25T15:00:00Z", want: false },
  ])("in São Paulo: $label", ({ at, want }) => {
    const holidays = ["2026-11-19", "12-25"];
    const isOpen = createHours({ timeZone: "America/Sao_Paulo", open: [office], holidays });
    expect(isOpen(new Date(at))).toBe(want);
  });

  // New York changes its clocks on 2026-03-08 (forwards at 2:00) and on 2026-11-01 (back at 2:00).
  test.each([
    { label: "in winter 8:00 is 13:00 UTC", at: "2026-03-06T13:00:00Z", want: true },
    { label: "and 12:59 UTC is before", at: "2026-03-06T12:59:00Z", want: false },
    { label: "in summer 8:00 is 12:00 UTC", at: "2026-03-09T12:00:00Z", want: true },
    { label: "and 11:59 UTC is before", at: "2026-03-09T11:59:00Z", want: false },
    { label: "summer ends: 21:30 UTC is open on Friday", at: "2026-10-30T21:30:00Z", want: true },
    { label: "and on Monday 22:30 UTC is too", at: "2026-11-02T22:30:00Z", want: true },
    { label: "which was closed on Friday", at: "2026-10-30T22:30:00Z", want: false },
  ])("in New York: $label", ({ at, want }) => {
    const isOpen = createHours({ timeZone: "America/New_York", open: [office], holidays: [] });
    expect(isOpen(new Date(at))).toBe(want);
  });

  // A Sunday night in which one hour is missing, and one in which an hour comes twice.
  test.each([
    { label: "the hour that is missing is skipped", at: "2026-03-08T07:00:00Z", want: true },
    {
      label: "the minute before the jump is not open yet",
      at: "2026-03-08T06:59:00Z",
      want: false,
    },
    {
      label: "the hour that comes twice is open the first time",
      at: "2026-11-01T05:30:00Z",
      want: true,
    },
    { label: "and the second time", at: "2026-11-01T06:30:00Z", want: true },
  ])("by the clock on the wall $label", ({ at, want }) => {
    const spring = { days: [0], from: hour(2), to: hour(5) };
    const autumn = { days: [0], from: hour(1), to: hour(2) };
    const open = at.startsWith("2026-03") ? [spring] : [autumn];
    const isOpen = createHours({ timeZone: "America/New_York", open, holidays: [] });
    expect(isOpen(new Date(at))).toBe(want);
  });

  test.each([
    { label: "late on Friday", at: "2026-11-20T23:30:00Z", want: true },
    { label: "after midnight it is still Friday's shift", at: "2026-11-21T01:59:00Z", want: true },
    { label: "until its end", at: "2026-11-21T02:00:00Z", want: false },
    { label: "a shift that began on no day of the list", at: "2026-11-20T01:00:00Z", want: false },
    {
      label: "the night after a holiday belongs to the holiday",
      at: "2026-11-28T01:00:00Z",
      want: false,
    },
    {
      label: "a holiday does not end the shift of the day before",
      at: "2026-12-05T01:00:00Z",
      want: true,
    },
  ])("past midnight: $label", ({ at, want }) => {
    const open = [{ days: [5], from: hour(22), to: hour(2) }];
    const isOpen = createHours({ timeZone: "UTC", open, holidays: ["2026-11-27", "2026-12-05"] });
    expect(isOpen(new Date(at))).toBe(want);
  });

  test("open all day means until midnight", () => {
    const open = [{ days: [6], from: 0, to: hour(24) }];
    const isOpen = createHours({ timeZone: "UTC", open, holidays: [] });
    expect(isOpen(new Date("2026-11-21T00:00:00Z"))).toBe(true);
    expect(isOpen(new Date("2026-11-21T23:59:59Z"))).toBe(true);
    expect(isOpen(new Date("2026-11-22T00:00:00Z"))).toBe(false);
  });

  test("an unknown time zone is refused", () => {
    expect(() => createHours({ timeZone: "Mars/Base", open: [], holidays: [] })).toThrow(
      RangeError,
    );
  });
});
