import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv4, isIPv6 } from "node:net";

/** A name server of the tests. */
export interface DnsStandin {
  /** As `dns.setServers` takes it. */
  readonly address: string;
  /** How often a name was asked for. */
  readonly asked: (name: string) => number;
  readonly close: () => Promise<void>;
}

/** Record types and the one class there is. Source: RFC 1035, section 3.2; RFC 3596, section 2.1. */
const A = 1;
const AAAA = 28;
const INTERNET = 1;
const HEADER_BYTES = 12;

/** Reads the one question of a query: its name, its type and where it ends. */
function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function bytesOf(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(":");
  const gap = groups.indexOf("");
  const given = groups.filter((group) => group !== "");
  const zeros = Array.from({ length: 8 - given.length }, () => "0");
  const head = gap < 0 ? given : given.slice(0, gap);
  const all = [...head, ...(gap < 0 ? [] : zeros), ...given.slice(head.length)];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

function record(address: string): Buffer {
  const data = bytesOf(address);
  const fixed = Buffer.alloc(12);
  // The name is the question's, at the place where it stands.
  fixed.writeUInt16BE(0xc000 + HEADER_BYTES, 0);
  fixed.writeUInt16BE(isIPv6(address) ? AAAA : A, 2);
  fixed.writeUInt16BE(INTERNET, 4);
  // Nobody may keep it: a time to live of nothing.
  fixed.writeUInt32BE(0, 6);
  fixed.writeUInt16BE(data.length, 10);
  return Buffer.concat([fixed, data]);
}

/**
 * Starts a name server on 127.0.0.1. Of each name it is told the answers in turn, the last of them for ever: a name that
 * is public first and this machine afterwards is what DNS rebinding does. Others do not exist.
 */
export async function startDns(
  names: Readonly<Record<string, readonly (readonly string[])[]>>,
): Promise<DnsStandin> {
  const counts = new Map<string, number>();
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => {
    const { name, type, end } = readQuestion(query);
    const before = counts.get(name) ?? 0;
    counts.set(name, before + 1);
    const answers = names[name];
    // A client asks for both kinds of address: two questions are one look.
    const turn = Math.min(Math.floor(before / 2), (answers?.length ?? 1) - 1);
    const found = (answers?.[turn] ?? []).filter((one) => isIPv6(one) === (type === AAAA));
    const head = Buffer.from(query.subarray(0, end));
    head.writeUInt16BE(answers === undefined ? 0x8183 : 0x8180, 2);
    head.writeUInt16BE(found.length, 6);
    head.writeUInt16BE(0, 8);
    head.writeUInt16BE(0, 10);
    socket.send(Buffer.concat([head, ...found.map(record)]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked: (name) => counts.get(name) ?? 0,
    close: async () => {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}
