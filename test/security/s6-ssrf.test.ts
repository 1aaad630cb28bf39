import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { Resolver } from "node:dns";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createHttp, type HttpClient } from "../../src/http/client.ts";
import type { Resolve } from "../../src/http/public-address.ts";
import { HttpFailure } from "../../src/transport.ts";
import { type DnsStandin, startDns } from "../standins/dns.ts";
import { listen, stopListening } from "../standins/listen.ts";
import { tellFigures } from "./figures.ts";

/** Who must never hear of anything: it listens on this machine, and counts who comes. */
let canary: Server;
let port = 0;
let visits = 0;
let dns: DnsStandin;
let client: HttpClient;

beforeAll(async () => {
  canary = createServer((socket) => {
    visits += 1;
    socket.on("error", () => undefined).resume();
    socket.end("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret");
  });
  canary.listen(0, "::");
  await new Promise((resolve) => canary.once("listening", resolve));
  const address = canary.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  dns = await startDns({
    "loopback.test": [["127.0.0.1"]],
    "private.test": [["10.0.0.1"]],
    "metadata.test": [["169.254.169.254"]],
    "mapped.test": [["::ffff:127.0.0.1"]],
    "six.test": [["::1"]],
    "both.test": [["93.184.216.34", "127.0.0.1"]],
    "rebinding.test": [["93.184.216.34"], ["127.0.0.1"]],
    "nobody.test": [[]],
  });
  client = createHttp({ resolve: asked(dns.address), connectTimeoutMs: 500 });
});
afterAll(async () => {
  client.close();
  await dns.close();
  await new Promise((resolve) => canary.close(resolve));
  const count = ADDRESSES.length + NAMES.length;
  tellFigures({
    control: "S6",
    tried: `${count} addresses that lead inside, by number, name, rebinding name and redirect`,
    came: `${visits} connections at the canary`,
  });
});

/** Asks a name server of ours instead of the system's. */
function asked(address: string): Resolve {
  const resolver = new Resolver();
  resolver.setServers([address]);
  return (hostname, done) => {
    resolver.resolve4(hostname, (four, fours) => {
      resolver.resolve6(hostname, (six, sixes) => {
        const found = [
          ...(fours ?? []).map((one) => ({ address: one, family: 4 })),
          ...(sixes ?? []).map((one) => ({ address: one, family: 6 })),
        ];
        done(found.length > 0 ? null : (four ?? six), found);
      });
    });
  };
}

/** `$` stands for the canary's port. */
const ADDRESSES: readonly string[] = [
  "http://127.0.0.1:$/",
  "http://127.0.0.2:$/",
  "http://127.255.255.254:$/",
  "http://127.1:$/",
  "http://127.0.1:$/",
  "http://2130706433:$/",
  "http://0x7f000001:$/",
  "http://0x7f.0.0.1:$/",
  "http://0x7F.1:$/",
  "http://0177.0.0.1:$/",
  "http://017700000001:$/",
  "http://0177.1:$/",
  "http://127.000.000.001:$/",
  "http://0:$/",
  "http://0.0.0.0:$/",
  "http://127.0.0.1.:$/",
  "http://[::1]:$/",
  "http://[::]:$/",
  "http://[0:0:0:0:0:0:0:1]:$/",
  "http://[::ffff:127.0.0.1]:$/",
  "http://[::ffff:7f00:1]:$/",
  "http://[::127.0.0.1]:$/",
  "http://[64:ff9b::127.0.0.1]:$/",
  "http://[64:ff9b::7f00:1]:$/",
  "http://[2002:7f00:1::]:$/",
  "http://[2001::1]:$/",
  "http://[fe80::1]:$/",
  "http://[fc00::1]:$/",
  "http://[fd00:ec2::254]/",
  "http://[ff02::1]:$/",
  "http://user:pass@127.0.0.1:$/",
  "http://example.com@127.0.0.1:$/",
  "http://example.com:80@127.0.0.1:$/",
  "http://127.0.0.1:$#@example.com/",
  "http://127.0.0.1:$?@example.com/",
  "http://127.0.0.1:$\\@example.com/",
  "http://①②⑦.⓪.⓪.①:$/",
  "http://127。0。0。1:$/",
  "http://１２７.0.0.1:$/",
  "http://%31%32%37.0.0.1:$/",
  "http:127.0.0.1:$/",
  "http:/127.0.0.1:$/",
  "http:\\\\127.0.0.1:$\\",
  " http://127.0.0.1:$/",
  "HTTP://127.0.0.1:$/",
  "http://10.0.0.1:$/",
  "http://172.16.0.1:$/",
  "http://192.168.1.1:$/",
  "http://100.64.0.1:$/",
  "http://169.254.169.254/latest/meta-data/",
  "http://2852039166/latest/",
  "http://0xA9FEA9FE/",
  "http://[::ffff:169.254.169.254]/",
  "http://192.0.0.192/",
  "http://198.18.0.1/",
  "http://224.0.0.1/",
  "http://255.255.255.255/",
  "file:///etc/passwd",
  "ftp://127.0.0.1:$/",
  "gopher://127.0.0.1:$/_GET",
  "data:text/plain,a",
  "dict://127.0.0.1:$/",
  "ws://127.0.0.1:$/",
  "unix:/var/run/docker.sock",
  "http://unix:/var/run/docker.sock:/info",
];

const NAMES: readonly string[] = [
  "loopback.test",
  "LOOPBACK.TEST",
  "private.test",
  "metadata.test",
  "mapped.test",
  "six.test",
  "both.test",
  "nobody.test",
];

async function outcomeOf(url: string): Promise<unknown> {
  try {
    const { status } = await client.http(
      { method: "GET", url, headers: {} },
      { timeoutMs: 1_000, publicOnly: true },
    );
    return status;
  } catch (error) {
    if (error instanceof HttpFailure) return error.delivered;
    return error instanceof Error ? error.name : error;
  }
}

test("the canary hears of whoever may go there", async () => {
  const { status } = await client.http(
    { method: "GET", url: `http://127.0.0.1:${port}/`, headers: {} },
    { timeoutMs: 120_000 },
  );
  expect([status, visits]).toEqual([200, 1]);
  visits = 0;
});

describe("an address that came from outside", () => {
  test.each(ADDRESSES.map((address) => ({ address })))(
    "$address leads nowhere",
    async ({ address }) => {
      expect(["no", "TypeError"]).toContain(await outcomeOf(address.replaceAll("$", String(port))));
      expect(visits).toBe(0);
    },
  );

  test.each(NAMES.map((name) => ({ name })))("the name $name leads nowhere", async ({ name }) => {
    expect(await outcomeOf(`http://${name}:${port}/`)).toBe("no");
    expect(visits).toBe(0);
  });

  test("a name that is public when it is checked is not asked again before it is connected to", async () => {
    const before = dns.asked("rebinding.test");
    await outcomeOf(`http://rebinding.test:${port}/`);
    // Once for each kind of address. The next answer would have been this machine.
    expect(dns.asked("rebinding.test") - before).toBe(2);
    await outcomeOf(`http://rebinding.test:${port}/`);
    expect(visits).toBe(0);
  });

  test("an answer that sends elsewhere is not followed", async () => {
    const elsewhere = createHttpServer((_request, response) => {
      response.writeHead(302, { Location: `http://127.0.0.1:${port}/` }).end();
    });
    const away = await listen(elsewhere);
    const request = { method: "GET", url: `http://127.0.0.1:${away}/`, headers: {} } as const;
    const { status } = await client.http(request, { timeoutMs: 120_000 });
    await stopListening(elsewhere);
    expect([status, visits]).toEqual([302, 0]);
  });
});
