import { connect } from "node:net";

/** Where the tests look for a real Redis. */
export const REDIS = { host: "127.0.0.1", port: 6379 } as const;

/**
 * Says whether a real Redis is there. Where it is not, prints one line, or throws when `REQUIRE_SERVICES` is "1".
 */
export async function redisIsThere(what: string): Promise<boolean> {
  const there = await new Promise<boolean>((resolve) => {
    const socket = connect(REDIS.port, REDIS.host);
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on("connect", () => socket.end("PING\r\n"));
    socket.on("data", (data) => resolve(data.toString().startsWith("+PONG")));
    socket.on("error", () => resolve(false)).on("close", () => resolve(false));
  });
  if (there) return true;
  if (process.env["REQUIRE_SERVICES"] === "1") throw new Error("Redis is required and not there");
  process.stdout.write(`skipped without Redis at ${REDIS.host}:${REDIS.port}: ${what}\n`);
  return false;
}
