import { connect } from "amqplib";
import { readRedisVersion } from "../../cache/redis-version.ts";
import type { Examination, Found } from "./check.ts";
import { reasonOf } from "./running.ts";
import type { Scene } from "./scene.ts";

/** Redis and RabbitMQ, where they are configured. */
export function services({ config }: Scene, timeoutMs: number): readonly Examination[] {
  const { url: redisUrl } = config.redis;
  const { enabled, rabbitmqUrl } = config.notifications;
  return [
    ...(redisUrl === undefined ? [] : [redis(redisUrl, timeoutMs)]),
    ...(enabled && rabbitmqUrl !== undefined ? [rabbitmq(rabbitmqUrl, timeoutMs)] : []),
  ];
}

function redis(url: string, timeoutMs: number): Examination {
  return {
    area: "services",
    name: "Redis",
    ifSilent: "check the address and the firewall; the bridge goes on without, more slowly",
    look: async () => {
      try {
        const version = await readRedisVersion(url, timeoutMs);
        return { level: "ok", detail: `${new URL(url).host}, version ${version}` };
      } catch (error) {
        return {
          level: "warn",
          detail: `${new URL(url).host} cannot be used (${refusedBy(error)}): limits are kept by other means, more slowly`,
          fix: "start it or correct REDIS_URL; leave REDIS_URL empty to do without",
        };
      }
    },
  };
}

/** What a server said without repeating what it was told. */
function refusedBy(error: unknown): string {
  const reason = reasonOf(error);
  if (/WRONGPASS|NOAUTH|invalid password|ACCESS_REFUSED|403/i.test(reason))
    return "wrong user or password";
  return /^[A-Z_]{3,30}$/.test(reason) ? reason : "no answer";
}

function rabbitmq(url: string, timeoutMs: number): Examination {
  return {
    area: "services",
    name: "RabbitMQ",
    ifSilent: "check the address and the firewall; events wait at the broker meanwhile",
    look: () => lookAtBroker(url, timeoutMs),
  };
}

async function lookAtBroker(url: string, timeoutMs: number): Promise<Found> {
  const { host, pathname } = new URL(url);
  const name = `${host}${pathname === "/" ? "" : pathname}`;
  try {
    const connection = await connect(url, { timeout: timeoutMs });
    connection.on("error", () => undefined);
    await connection.close();
    return { level: "ok", detail: `${name} lets us in` };
  } catch (error) {
    return {
      level: "fail",
      detail: `${name} cannot be used (${refusedBy(error)}): no event is turned into a message`,
      fix: "start it, or correct address, user, password and virtual host in RABBITMQ_URL",
    };
  }
}
