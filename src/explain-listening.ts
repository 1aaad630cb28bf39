import { z } from "zod";
import type { Http } from "./transport.ts";

interface Place {
  readonly host: string;
  readonly port: number;
}

const systemError = z.object({ code: z.string(), syscall: z.string().optional() });

/** What `/health` of a bridge says of it. */
const bridgeHealth = z.object({
  version: z.string(),
  uptime_s: z.number(),
  channels: z.object({}),
});

/** Whoever has the port answers at once, or is no bridge. */
const ASK_MS = 1_000;

/** Says why the program cannot listen, and what to do; undefined for what has another cause. */
export async function explainListening(
  thrown: unknown,
  { host, port }: Place,
  http: Http,
): Promise<string | undefined> {
  const parsed = systemError.safeParse(thrown);
  if (!parsed.success) return undefined;
  switch (parsed.data.code) {
    case "EADDRINUSE": {
      const who = await findBridge({ host, port }, http);
      if (who === undefined)
        return `port ${port} is taken by another program: stop that one, or set PORT to another port`;
      return `port ${port} is taken: ${who} listens there already; stop it first, or set PORT to another port and PONTE_DATA_DIR to a folder of its own`;
    }
    case "EACCES":
      return `this user may not listen on port ${port}: set PORT to 1024 or above and let a proxy or the container take port ${port}, or give the program the capability CAP_NET_BIND_SERVICE`;
    case "EADDRNOTAVAIL":
      return `this machine has no address ${host}: set HOST to one of its own, to 127.0.0.1, or to 0.0.0.0 for all of them`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return parsed.data.syscall === "getaddrinfo"
        ? `the name ${host} leads to no address: set HOST to an address of this machine, or to 0.0.0.0 for all of them`
        : undefined;
    default:
      return undefined;
  }
}

async function findBridge({ host, port }: Place, http: Http): Promise<string | undefined> {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const url = `http://${name.includes(":") ? `[${name}]` : name}:${port}/health`;
  try {
    const { body } = await http({ method: "GET", url, headers: {} }, { timeoutMs: ASK_MS });
    const { version, uptime_s: seconds } = bridgeHealth.parse(JSON.parse(body));
    return `Ponte ${version}, started ${Math.max(1, Math.round(seconds / 60))} min ago,`;
  } catch {
    return undefined;
  }
}
