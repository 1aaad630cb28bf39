import { describe, expect, test } from "@jest/globals";
import { SCOPES as KNOWN_SCOPES } from "../../../src/http/api/caller.ts";
import { auditQuery } from "../../../src/web/admin/settings/audit-query.ts";
import {
  EMPTY_DRAFT,
  isComplete,
  requestOf,
  SCOPES,
  stateOf,
} from "../../../src/web/admin/settings/key-rights.ts";
import { peopleQuery } from "../../../src/web/admin/settings/people-query.ts";
import { readValue, writeValue } from "../../../src/web/admin/settings/property-value.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");

describe("a new key", () => {
  const draft = { ...EMPTY_DRAFT, name: " Painel " };

  test("offers every scope there is", () => {
    expect(SCOPES).toEqual([...KNOWN_SCOPES]);
  });

  test.each([
    { label: "a viewer", draft, want: { name: "Painel", role: "viewer" } },
    {
      label: "a viewer who sees numbers",
      draft: { ...draft, seesNumbers: true },
      want: { name: "Painel", role: "viewer", sees_numbers: true },
    },
    {
      label: "an operator, who sees them anyway",
      draft: { ...draft, rights: "operator" as const, seesNumbers: true },
      want: { name: "Painel", role: "operator" },
    },
    {
      label: "chosen scopes with bounds",
      draft: {
        ...draft,
        rights: "scopes" as const,
        scopes: ["stats:read"],
        days: 30,
        perMinute: " 60 ",
        tenant: "cidade",
      },
      want: {
        name: "Painel",
        scopes: ["stats:read"],
        tenant: "cidade",
        expires_at: "2026-12-21T12:00:00.000Z",
        per_minute: 60,
      },
    },
  ])("is asked for as $label", ({ draft: filled, want }) => {
    expect(requestOf(filled, NOW)).toEqual(want);
  });

  test("needs a name, and scopes where they are chosen", () => {
    expect(isComplete(EMPTY_DRAFT)).toBe(false);
    expect(isComplete(draft)).toBe(true);
    expect(isComplete({ ...draft, rights: "scopes" })).toBe(false);
  });

  test.each([
    { revoked_at: null, expires_at: null, want: "active" },
    { revoked_at: null, expires_at: "2026-11-21T12:00:00Z", want: "expired" },
    { revoked_at: null, expires_at: "2026-11-21T12:00:01Z", want: "active" },
    { revoked_at: "2026-01-01T00:00:00Z", expires_at: "2026-01-02T00:00:00Z", want: "revoked" },
  ])("is $want with $revoked_at and $expires_at", ({ want, ...key }) => {
    expect(stateOf(key, NOW)).toBe(want);
  });
});

describe("the audit log's address", () => {
  test("gives whole days of the reader's clock, the last one included", () => {
    const asked = auditQuery(
      new URLSearchParams("since=2026-11-20&until=2026-11-21&actor=%20admin%20&part=audit"),
    );
    expect(asked).toEqual({
      actor: "admin",
      since: new Date(2026, 10, 20).toISOString(),
      until: new Date(2026, 10, 22).toISOString(),
    });
  });

  test.each(["since=yesterday", "since=2026-13", "until=%00", "actor=%20", ""])(
    "asks for nothing with %j",
    (address) => {
      expect(auditQuery(new URLSearchParams(address))).toEqual({});
    },
  );
});

describe("a search for people", () => {
  test.each([
    { typed: "Joana", want: { name: "Joana" } },
    { typed: "+55 (61) 99123-4567", want: { identity: "+55 (61) 99123-4567" } },
    { typed: "5561991234567", want: { identity: "5561991234567" } },
    { typed: "BR.5550001", want: { identity: "BR.5550001" } },
    { typed: "3 irmãos 2026 1234", want: { name: "3 irmãos 2026 1234" } },
    { typed: "123", want: { name: "123" } },
    { typed: "   ", want: {} },
  ])("for $typed is for $want", ({ typed, want }) => {
    expect(peopleQuery(new URLSearchParams({ q: typed }))).toEqual(want);
  });
});

describe("a property's value", () => {
  test.each([
    ["text", "text"],
    ["12", 12],
    ["true", true],
    ['["a"]', ["a"]],
    ["null", "null"],
    ["12345678901234567890", "12345678901234567890"],
    ["007", "007"],
    ['"12"', "12"],
    ["{broken", "{broken"],
  ])("%j is read as %j", (typed, want) => {
    expect(readValue(typed)).toEqual(want);
  });

  test.each([["text"], ["12"], [12], ["null"], [true], [["a", 1]], [{ a: null }], [""], [1e21]])(
    "%j is written so that it is read again",
    (value) => {
      expect(readValue(writeValue(value))).toEqual(value);
    },
  );
});
