import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { AccessToken } from "@azure/core-auth";
import { createAzureToken } from "../../../src/channels/azure/token.ts";
import { acs } from "../../../src/channels/acs/index.ts";
import { toolsNow } from "../../../src/flow/call.ts";
import { sendOnce } from "../../../src/flow/send.ts";
import { type Acs, startAcs } from "../../standins/acs.ts";
import { ACCESS_KEY, ACS_SAMPLE, CHANNEL_ID, SECRET } from "../acs/sample.ts";
import { startTools } from "../acs/tools.ts";

const HOUR_MS = 3_600_000;
const NOW = Date.parse("2026-11-21T12:00:00Z");

let tools: ReturnType<typeof startTools>;
beforeEach(() => {
  tools = startTools();
});
afterEach(() => {
  tools.close();
});

describe("tokens of a managed identity", () => {
  const at = (ms: number) => ({ ...toolsNow(tools), now: new Date(NOW + ms) });

  /** A credential that gives numbered tokens of an hour, or what `give` says. */
  function credentials(give?: (count: number) => Promise<AccessToken | null>) {
    const counts = { tokens: 0, credentials: 0, scopes: new Set<string>() };
    const numbered = (count: number) =>
      Promise.resolve({ token: `token-${String(count)}`, expiresOnTimestamp: NOW + HOUR_MS });
    const token = createAzureToken(undefined, () => {
      counts.credentials += 1;
      return Promise.resolve({
        getToken: (scope) => {
          counts.scopes.add(String(scope));
          counts.tokens += 1;
          return (give ?? numbered)(counts.tokens);
        },
      });
    });
    return { token, counts };
  }

  test("are for the service and kept until five minutes before their end", async () => {
    const { token, counts } = credentials();
    expect(await token(at(0))).toStrictEqual({ authorization: "Bearer token-1" });
    expect(await token(at(HOUR_MS - 5 * 60_000 - 1))).toStrictEqual({
      authorization: "Bearer token-1",
    });
    expect(await token(at(HOUR_MS - 5 * 60_000))).toStrictEqual({
      authorization: "Bearer token-2",
    });
    expect([...counts.scopes]).toStrictEqual(["https://communication.azure.com/.default"]);
  });

  test("are renewed, by a new credential, where the provider refused the kept one", async () => {
    const { token, counts } = credentials();
    const first = await token(at(0));
    expect(await token(at(1), { authorization: "Bearer of somebody else" })).toStrictEqual(first);
    expect(await token(at(1), first)).toStrictEqual({ authorization: "Bearer token-2" });
    expect(counts.credentials).toBe(2);
  });

  test.each([
    { label: "an error", give: () => Promise.reject(new Error("secret inside")) },
    { label: "nothing", give: () => Promise.resolve(null) },
  ])(
    "$label: the message waits for the operator, and the next call asks again",
    async ({ give }) => {
      const { token } = credentials((count) =>
        count === 1
          ? give()
          : Promise.resolve({ token: "later", expiresOnTimestamp: NOW + HOUR_MS }),
      );
      await expect(token(at(0))).rejects.toMatchObject({
        code: "channel_account_blocked",
        detail: "no token from the managed identity: Error",
        failure: { class: "alert", scope: "account" },
      });
      expect(await token(at(0))).toStrictEqual({ authorization: "Bearer later" });
    },
  );
});

test("a credential that could not be made is made again", async () => {
  let made = 0;
  const token = createAzureToken(undefined, () => {
    made += 1;
    if (made === 1) return Promise.reject(new Error("no library"));
    const good = { token: "good", expiresOnTimestamp: NOW + HOUR_MS };
    return Promise.resolve({ getToken: () => Promise.resolve(good) });
  });
  const now = { ...toolsNow(tools), now: new Date(NOW) };
  await expect(token(now)).rejects.toMatchObject({ code: "channel_account_blocked" });
  expect(await token(now)).toStrictEqual({ authorization: "Bearer good" });
});

describe("a channel with a managed identity", () => {
  const ENVIRONMENT = ["IDENTITY_ENDPOINT", "IDENTITY_HEADER"] as const;
  const saved = ENVIRONMENT.map((name) => [name, process.env[name]] as const);
  const asked: string[] = [];
  let provider: Acs;
  let identity: ReturnType<typeof createServer>;

  beforeEach(async () => {
    provider = await startAcs({
      accessKey: ACCESS_KEY,
      token: "good-token",
      channelIds: [CHANNEL_ID],
    });
    identity = createServer((request, response) => {
      asked.push(request.url ?? "");
      const expires = String(Math.floor(Date.now() / 1000) + 3600);
      const token = { access_token: "good-token", expires_on: expires, token_type: "Bearer" };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ ...token, resource: "https://communication.azure.com/" }));
    });
    await new Promise<void>((resolve) => {
      identity.listen(0, "127.0.0.1", resolve);
    });
    const address = identity.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    process.env["IDENTITY_ENDPOINT"] = `http://127.0.0.1:${String(address.port)}/msi/token`;
    process.env["IDENTITY_HEADER"] = "header-of-the-machine";
  });

  afterEach(async () => {
    for (const [name, value] of saved) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await provider.close();
    identity.closeAllConnections();
    await new Promise((resolve) => identity.close(resolve));
  });

  test("sends with a token that the machine was given, through the provider's library", async () => {
    const clientId = "2e8d4f7a-0000-4000-8000-9c602e8d4f7a";
    const channel = acs.configure({
      endpoint: provider.url,
      client_id: clientId,
      channel_ids: CHANNEL_ID,
      webhook_secrets: SECRET,
    });
    const id = "019a9f3c-5e00-7abc-8def-0123456789ab";
    const payload = channel.render({ text: "Olá" }, ACS_SAMPLE.to).messages[0]?.payload;
    const result = await sendOnce(channel, payload, { id, account: CHANNEL_ID, round: 0 }, tools);
    expect(result.outcome).toBe("sent");
    expect(provider.calls).toHaveLength(1);
    expect(provider.calls[0]?.headers.authorization).toBe("Bearer good-token");
    expect(asked[0]).toContain(`client_id=${clientId}`);
  }, 20_000);
});
