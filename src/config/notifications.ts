import { type LoadContext, whereIs } from "./context.ts";
import type { NotificationSettings } from "./settings.ts";

/** Where notifications are switched on, they need a broker to come from. */
export function checkNotifications(
  { enabled, rabbitmqUrl }: NotificationSettings,
  context: LoadContext,
): void {
  if (!enabled || rabbitmqUrl !== undefined) return;
  const where = whereIs(["notifications", "rabbitmq_url"], ["RABBITMQ_URL"], context);
  context.problems.push({ where, detail: "is required and not set" });
}
