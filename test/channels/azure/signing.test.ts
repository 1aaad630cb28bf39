import { describe, expect, test } from "@jest/globals";
import { parseConnectionString } from "../../../src/channels/azure/connection-string.ts";
import { createHmacSigner } from "../../../src/channels/azure/hmac.ts";
import type { HttpRequest } from "../../../src/transport.ts";
import { authorizationProblem } from "../../standins/acs-auth.ts";

const KEY = Buffer.from("a key of the tests").toString("base64");

describe("connection strings", () => {
  const want = { endpoint: "https://acs.example.org", accessKey: KEY };

  test.each([
    `endpoint=https://acs.example.org/;accesskey=${KEY}`,
    `accesskey=${KEY};endpoint=https://acs.example.org`,
    ` Endpoint = https://acs.example.org/ ; AccessKey = ${KEY} ;`,
  ])("%s", (text) => {
    expect(parseConnectionString(text)).toStrictEqual(want);
  });

  test.each([
    "",
    "endpoint=https://acs.example.org/",
    `accesskey=${KEY}`,
    `endpoint=acs.example.org;accesskey=${KEY}`,
    `endpoint=ftp://acs.example.org;accesskey=${KEY}`,
    `endpoint=https://;accesskey=${KEY}`,
    `endpoint=https://[;accesskey=${KEY}`,
    "endpoint=https://acs.example.org;accesskey=no key!",
    "endpoint=https://acs.example.org;accesskey=",
  ])("%j is none", (text) => {
    expect(parseConnectionString(text)).toBeUndefined();
  });
});

describe("signatures", () => {
  const now = new Date();
  const sign = createHmacSigner(KEY);
  const url = "http://127.0.0.1:5123/messages/x:send?api-version=2024-08-30&b=c%20d";
  const call = { method: "POST", url, headers: {}, body: "Olá 😀" } as const;

  /** What a server would receive: the query as the signature has it. */
  const problem = (request: HttpRequest, body = request.body ?? "", host?: string) => {
    const { pathname, searchParams, host: own } = new URL(request.url);
    const query = searchParams.toString();
    return authorizationProblem(
      {
        method: request.method,
        target: query === "" ? pathname : `${pathname}?${query}`,
        headers: { ...sign(request, now), host: host ?? own },
        body: Buffer.from(body),
      },
      { accessKey: KEY },
    );
  };

  test.each<{ label: string; request: HttpRequest }>([
    { label: "a body that is not ASCII, a port in the host", request: call },
    {
      label: "no body and no query",
      request: { method: "GET", url: "http://127.0.0.1:5123/a", headers: {} },
    },
    { label: "a host without port", request: { ...call, url: "https://acs.example.org/a?b=c" } },
  ])("the other side agrees about $label", ({ request }) => {
    expect(problem(request)).toBeUndefined();
  });

  test("it agrees about nothing else", () => {
    expect(problem(call, "Ola 😀")).toBe("the hash is not that of the body");
    expect(problem(call, call.body, "127.0.0.1")).toBe("the signature does not match");
  });

  test("each try has a date of its own", () => {
    const later = new Date(now.getTime() + 60_000);
    expect(sign(call, later)["x-ms-date"]).toBe(later.toUTCString());
    expect(sign(call, later)["authorization"]).not.toBe(sign(call, now)["authorization"]);
  });

  test("is the documented one", () => {
    const date = new Date("2026-11-21T00:49:34Z");
    const signed = sign({ method: "GET", url: "https://acs.example.org/a?b=c", headers: {} }, date);
    expect(signed).toStrictEqual({
      "x-ms-date": "Sat, 21 Nov 2026 00:49:34 GMT",
      "x-ms-content-sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
      authorization: expect.stringMatching(
        /^HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=[A-Za-z0-9+/]{43}=$/,
      ),
    });
  });
});
