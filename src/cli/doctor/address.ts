import { once } from "node:events";
import { createServer } from "node:net";
import { isLoopback } from "../../config/modules.ts";
import { systemCode } from "../system-code.ts";
import type { Examination, Found } from "./check.ts";
import { type Answerer, askHealth, type Health, type RunningBridge } from "./running.ts";
import type { Scene } from "./scene.ts";

/** Seconds by which two answers of one process may differ in how long it has run. */
const SAME_PROCESS_S = 3;

/** Without it, ngrok's free plan shows a page of its own to programs. */
const PAST_THE_PAGE = { "ngrok-skip-browser-warning": "1" };

/** Looks whether the port is free, or who has it. */
export function port({ config }: Scene, running: RunningBridge): Examination {
  const { host, port: wanted } = config.server;
  return {
    area: "address",
    name: `port ${wanted}`,
    look: async () => {
      if (wanted === 0) return { level: "ok", detail: "any free one" };
      const code = await tryToListen(host, wanted);
      if (code === undefined) return { level: "ok", detail: "free: no bridge runs here now" };
      return judgePort(code, wanted, await running.health());
    },
  };
}

/** The code with which the system refuses a port; undefined where it is free. */
async function tryToListen(host: string, wanted: number): Promise<string | undefined> {
  const server = createServer();
  try {
    const listening = once(server, "listening");
    server.listen(wanted, host);
    await listening;
    return undefined;
  } catch (error) {
    return systemCode(error);
  } finally {
    server.close();
  }
}

function judgePort(code: string, wanted: number, answerer: Answerer): Found {
  if (code === "EADDRINUSE" && answerer.kind === "bridge") {
    const { version, uptime_s: seconds, status } = answerer.health;
    const detail = `a bridge runs on it: version ${version}, for ${shownTime(seconds)}, ${status}`;
    if (status === "healthy") return { level: "ok", detail };
    return { level: "fail", detail, fix: "it cannot reach its database: see above, and its log" };
  }
  if (code === "EADDRINUSE")
    return {
      level: "fail",
      detail: "taken by another program",
      fix: "set PORT to another one, or stop that program",
    };
  if (code === "EACCES")
    return {
      level: "fail",
      detail: `this user may not listen on port ${wanted}`,
      fix: "set PORT to one above 1023, behind a proxy that has 443",
    };
  return {
    level: "fail",
    detail: `cannot be listened on (${code})`,
    fix: "does HOST name an address of this machine? 0.0.0.0 is every one",
  };
}

function shownTime(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}

/** Looks whether the world reaches this bridge at its public address, as far as this machine can tell. */
export function publicAddress({ config, tools }: Scene, running: RunningBridge): Examination {
  const { publicUrl } = config.server;
  return {
    area: "address",
    name: "PUBLIC_URL",
    ifSilent: "is the tunnel or proxy up, and does it forward to this bridge?",
    look: async () => {
      if (publicUrl === undefined) return withoutAddress(needsAddress(config));
      const [outside, own] = await Promise.all([
        askHealth(tools.http, publicUrl, PAST_THE_PAGE),
        running.health(),
      ]);
      return judgeAddress(publicUrl, outside, own);
    },
  };
}

const needsAddress = ({ channels }: Scene["config"]): boolean =>
  [...channels.values()].some(({ channel }) => channel.registration !== undefined);

const withoutAddress = (isNeeded: boolean): Found =>
  isNeeded
    ? {
        level: "warn",
        detail: "not set: what providers have registered cannot be compared",
        fix: "set it to the https address at which the world reaches this bridge (for a trial: ngrok)",
      }
    : { level: "ok", detail: "not set: nothing from outside needs to reach this bridge" };

/** Judges what answers at the public address, beside what answers here. */
export function judgeAddress(publicUrl: string, outside: Answerer, own: Answerer): Found {
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === "http:" && !isLoopback(hostname))
    return {
      level: "fail",
      detail: `${publicUrl} is no https address: providers refuse it`,
      fix: "put a proxy with a certificate in front (Caddy, nginx, ngrok), and name its https address",
    };
  switch (outside.kind) {
    case "nobody":
      return {
        level: "fail",
        detail: `${publicUrl} does not answer (${outside.reason})`,
        fix: /CERT|SELF_SIGNED|VERIFY|ALTNAME/.test(outside.reason)
          ? "its certificate is none that browsers trust: providers refuse it too; use one of Let's Encrypt"
          : "start the tunnel or proxy, and check the name, the firewall and the port it forwards to",
      };
    case "other":
      return {
        level: "fail",
        detail: `${publicUrl} answers ${outside.status}, and not as a bridge does`,
        fix: "does it forward every path, unchanged, to this bridge's port?",
      };
    case "bridge":
      return judgeSame(publicUrl, outside.health, own);
  }
}

function judgeSame(publicUrl: string, outside: Health, own: Answerer): Found {
  if (own.kind !== "bridge")
    return {
      level: "warn",
      detail: `${publicUrl} is answered by a bridge that does not run here`,
      fix: "start this bridge (`ponte start`), and see that the address leads to it",
    };
  const sameNames =
    namesIn(outside) === namesIn(own.health) && outside.version === own.health.version;
  const isSame = sameNames && Math.abs(outside.uptime_s - own.health.uptime_s) <= SAME_PROCESS_S;
  if (isSame) return { level: "ok", detail: `${publicUrl} leads to this bridge` };
  if (sameNames)
    return { level: "ok", detail: `${publicUrl} leads to a bridge with the same channels` };
  return {
    level: "fail",
    detail: `${publicUrl} leads to another bridge (version ${outside.version}, channels ${namesIn(outside)})`,
    fix: "let it forward to this bridge's port, or correct PUBLIC_URL",
  };
}

const namesIn = ({ channels }: Health): string => Object.keys(channels).toSorted().join(", ");
