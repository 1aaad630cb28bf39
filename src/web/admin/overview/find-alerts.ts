import { overview } from "../../i18n/overview.ts";
import type { Backend, Channel } from "../operations/types.ts";

/** One thing that needs somebody. */
export interface Alert {
  readonly key: string;
  readonly text: string;
  readonly isBad: boolean;
  readonly href: string;
}

function ofBackend({ name, breaker }: Pick<Backend, "name" | "breaker">): Alert[] {
  if (breaker === "closed") return [];
  const text = overview(breaker === "open" ? "breaker_open" : "breaker_half_open", { name });
  return [{ key: `backend ${name}`, text, isBad: breaker === "open", href: "/admin/backends" }];
}

function ofChannel({ name, health }: Pick<Channel, "name" | "health">): Alert[] {
  return health.flatMap(({ account, status, consecutive_errors: errors }) => {
    if (status === "ok") return [];
    const about = { account, channel: name };
    const isDown = status === "down";
    const text = isDown
      ? overview("account_down", about)
      : overview.count("account_failing", errors, about);
    const href = `/admin/channels?channel=${encodeURIComponent(name)}`;
    return [{ key: `account ${name} ${account}`, text, isBad: isDown, href }];
  });
}

/** Finds what needs somebody, the worst first. */
export function findAlerts(
  backends: readonly Pick<Backend, "name" | "breaker">[],
  channels: readonly Pick<Channel, "name" | "health">[],
  deadLetters: number,
): readonly Alert[] {
  const dead: readonly Alert[] =
    deadLetters === 0
      ? []
      : [
          {
            key: "dead letters",
            text: overview.count("dead_letters", deadLetters),
            isBad: false,
            href: "/admin/dead-letters",
          },
        ];
  const found = [...backends.flatMap(ofBackend), ...channels.flatMap(ofChannel), ...dead];
  return found.toSorted((a, b) => Number(b.isBad) - Number(a.isBad));
}
