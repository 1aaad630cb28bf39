import { lookup } from "node:dns";
import { BlockList, isIPv4, isIPv6 } from "node:net";
import type { LookupFunction } from "node:net";

/** Finds every address of a name. */
export type Resolve = (
  hostname: string,
  done: (
    error: NodeJS.ErrnoException | null,
    addresses: readonly { address: string; family: number }[],
  ) => void,
) => void;

/**
 * Networks that are nobody's public server: this host, private, shared and link-local networks (where clouds keep their
 * metadata services), documentation, tests, multicast. Source: IANA special-purpose address registries.
 */
const REFUSED_V4: readonly (readonly [network: string, prefix: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/** Of IPv6 only 2000::/3 is given out; inside it lie tunnels, which may end anywhere, and documentation. */
const REFUSED_V6: readonly (readonly [network: string, prefix: number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const refused = new BlockList();
for (const [network, prefix] of REFUSED_V4) refused.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of REFUSED_V6) refused.addSubnet(network, prefix, "ipv6");

const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");

/** Addresses that carry an IPv4 address in their last 32 bits, by which they are judged. Source: RFC 4291, RFC 6052. */
const carriers = new BlockList();
carriers.addSubnet("::ffff:0:0", 96, "ipv6");
carriers.addSubnet("64:ff9b::", 96, "ipv6");

/** Whether an address belongs to the public internet; false for anything that is no address. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !refused.check(address, "ipv4");
  if (!isIPv6(address)) return false;
  if (address.includes("%")) return false;
  const carried = carriedV4(address);
  if (carried !== undefined) return !refused.check(carried, "ipv4");
  return globalUnicast.check(address, "ipv6") && !refused.check(address, "ipv6");
}

/** `BlockList` itself finds a mapped address in lists of IPv4, so that the carried one must be taken out first. */
function carriedV4(address: string): string | undefined {
  if (!carriers.check(address, "ipv6")) return undefined;
  const dotted = /:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  // A URL writes the address in its shortest form, whose last two groups are the 32 bits.
  const [high = "0", low = "0"] = new URL(`http://[${address}]`).hostname
    .slice(1, -1)
    .replace("::", ":0:")
    .split(":")
    .slice(-2)
    .map((group) => group || "0");
  const bits = Number.parseInt(high, 16) * 0x10000 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join(".");
}

const resolveBySystem: Resolve = (hostname, done) => {
  lookup(hostname, { all: true }, done);
};

/**
 * Builds the look-up of connections that may only go outside. What it checked is what is connected to, so a name that
 * answers differently the next time gains nothing; one address that is not public refuses the name.
 */
export function publicLookup(resolve: Resolve = resolveBySystem): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) done(error, []);
      else if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address)))
        done(new Error("not a public address"), []);
      else if (options.all === true) done(null, [...addresses]);
      else done(null, first.address, first.family);
    });
  };
}
