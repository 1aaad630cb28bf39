import { describe, expect, test } from "@jest/globals";
import { isRepeatable, nameStoreError } from "../../src/db/store-errors.ts";
import { BridgeError } from "../../src/errors.ts";

const withCode = (code: string) => Object.assign(new Error("value 5561999999999"), { code });

const UNAVAILABLE = [
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "08000",
  "08006",
  "53100",
  "53300",
  "57014",
  "57P01",
  "57P03",
  "58030",
  "25006",
  "40001",
  "40P01",
].map((code) => ({ label: code, error: withCode(code), want: "store_unavailable" }));

const DATA = ["22001", "22021", "22P02", "22P05", "23502", "23503", "23505", "23514"].map(
  (code) => ({ label: code, error: withCode(code), want: "store_data" }),
);

const LOST = [
  "Connection terminated",
  "Connection terminated unexpectedly",
  "Connection terminated due to connection timeout",
  "timeout exceeded when trying to connect",
  "Query read timeout",
  "Client has encountered a connection error and is not queryable",
  "Cannot use a pool after calling end on the pool",
  "PGlite is closed",
].map((message) => ({ label: message, error: new Error(message), want: "store_unavailable" }));

describe("a database failure", () => {
  test.each([...UNAVAILABLE, ...DATA, ...LOST])("$label is $want", ({ error, want }) => {
    const named = nameStoreError(error);
    expect(named).toMatchObject({ name: "BridgeError", code: want, cause: error });
    expect(named.message).not.toContain("5561999999999");
  });

  const BUGS = ["42601", "42P01", "42703", "25P02", "28P01", "3D000", "0A000", "ENOENT", ""];

  test.each(BUGS)("%p is a bug or a wrong setting, and stays what it is", (code) => {
    const error = withCode(code);
    expect(nameStoreError(error)).toBe(error);
  });

  test("a code that is no text does not hide the message", () => {
    const error = Object.assign(new Error("Query read timeout"), { code: 12 });
    expect(nameStoreError(error)).toMatchObject({ code: "store_unavailable" });
  });

  test("an error that has a name keeps it", () => {
    const error = new BridgeError("store_fenced", "the lease was lost");
    expect(nameStoreError(error)).toBe(error);
  });

  test("what is no error becomes one", () => {
    expect(nameStoreError("gone")).toBeInstanceOf(Error);
  });
});

describe("running a statement again", () => {
  const REPEATABLE = [
    { code: "40001", want: true },
    { code: "40P01", want: true },
    { code: "40002", want: false },
    { code: "23505", want: false },
    { code: "57014", want: false },
    { code: "ECONNRESET", want: false },
  ];

  test.each(REPEATABLE)("cures $code: $want", ({ code, want }) => {
    expect(isRepeatable(withCode(code))).toBe(want);
  });

  test("cures nothing that is no error", () => {
    expect(isRepeatable({ code: "40P01" })).toBe(false);
  });
});
