import { describe, expect, test } from "@jest/globals";
import { isPublicAddress, publicLookup, type Resolve } from "../../src/http/public-address.ts";

test.each([
  "8.8.8.8",
  "1.1.1.1",
  "172.15.255.255",
  "172.32.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "223.255.255.255",
  "2606:4700::1111",
  "2001:4860:4860::8888",
  "::ffff:8.8.8.8",
  "::ffff:808:808",
  "64:ff9b::808:808",
])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "10.255.255.255",
  "100.64.0.1",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.0.2.1",
  "192.168.0.1",
  "198.18.0.1",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::127.0.0.1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
  "0:0:0:0:0:ffff:10.0.0.1",
  "64:ff9b::127.0.0.1",
  "64:ff9b::a00:1",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "3fff::1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "2606:4700::1111%eth0",
  "::ffff:8.8.8.8%eth0",
  "fec0::1",
  "ff02::1",
  "",
  "localhost",
  "127.1",
  "8.8.8.8 ",
])("%j is not", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

describe("a name", () => {
  type Found = { error: Error | null; address: unknown; family: number | undefined };
  const look = (addresses: readonly string[], all: boolean, failure: Error | null = null) => {
    const asked: string[] = [];
    const resolve: Resolve = (hostname, done) => {
      asked.push(hostname);
      done(
        failure,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    };
    return new Promise<Found & { asked: string[] }>((settle) => {
      publicLookup(resolve)("files.example", { all }, (error, address, family) => {
        settle({ error, address, family, asked });
      });
    });
  };

  test("of public addresses is connected to what was checked", async () => {
    expect(await look(["8.8.8.8", "2606:4700::1111"], true)).toMatchObject({
      error: null,
      address: [
        { address: "8.8.8.8", family: 4 },
        { address: "2606:4700::1111", family: 6 },
      ],
      asked: ["files.example"],
    });
    expect(await look(["8.8.8.8"], false)).toMatchObject({
      error: null,
      address: "8.8.8.8",
      family: 4,
    });
  });

  test.each([
    { label: "a private address", addresses: ["10.0.0.1"] },
    { label: "a private address behind a public one", addresses: ["8.8.8.8", "127.0.0.1"] },
    { label: "a mapped loopback address", addresses: ["::ffff:127.0.0.1"] },
    { label: "no address", addresses: [] },
  ])("of $label is refused", async ({ addresses }) => {
    for (const all of [true, false]) {
      const { error } = await look(addresses, all);
      expect(error?.message).toBe("not a public address");
    }
  });

  test("that nobody knows fails as it would", async () => {
    const failure = new Error("ENOTFOUND");
    expect((await look([], true, failure)).error).toBe(failure);
  });

  test("is looked up by the system where nothing else is said", async () => {
    const { message } = await new Promise<Error>((settle) => {
      publicLookup()("localhost", { all: true }, (error) => settle(error ?? new Error("found")));
    });
    expect(message).toBe("not a public address");
  });
});
