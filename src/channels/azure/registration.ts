import type { WebhookRegistration } from "../webhook-registration.ts";
import type { GridSettings } from "./settings.ts";

const SOURCE =
  "/subscriptions/<subscription>/resourceGroups/<group>/providers/Microsoft.Communication/communicationServices/<resource>";

/**
 * Event Grid's subscriptions are made with Azure's management API, for which the bridge has no credentials: an operator makes
 * them. Source: Event Grid documentation, endpoint validation, webhook event delivery.
 */
export function createGridRegistration(
  { webhook_secrets: [secret], entra_tenant_id: tenant }: GridSettings,
  { name, eventTypes }: { readonly name: string; readonly eventTypes: readonly string[] },
): WebhookRegistration {
  const withSecret = (url: string) =>
    secret === undefined ? url : `${url}?code=${encodeURIComponent(secret)}`;
  const post = (url: string, body: string) => ({
    method: "POST" as const,
    url,
    headers: { "content-type": "application/json", "aeg-event-type": "Notification" },
    body,
  });
  return {
    address: withSecret,
    desks: () => [],
    caller: {
      ...(secret !== undefined && {
        handshake: (url: string, challenge: string) => ({
          request: {
            ...post(url, validation(challenge)),
            headers: {
              "content-type": "application/json",
              "aeg-event-type": "SubscriptionValidation",
            },
          },
          isAnswered: ({ status, body }: { readonly status: number; readonly body: string }) =>
            status === 200 && body === JSON.stringify({ validationResponse: challenge }),
        }),
      }),
      post: (url, body) => Promise.resolve(post(url, body)),
      emptyBody: "[]",
    },
    byHand: (url) =>
      [
        `az eventgrid event-subscription create --name ${name} \\`,
        `  --source-resource-id "${SOURCE}" \\`,
        `  --endpoint-type webhook --endpoint "${shownEndpoint(url, secret)}" \\`,
        ...(tenant === undefined
          ? []
          : [
              `  --azure-active-directory-tenant-id ${tenant} \\`,
              '  --azure-active-directory-application-id-or-uri "$EVENT_GRID_ENTRA_AUDIENCE" \\',
            ]),
        `  --included-event-types ${eventTypes.join(" ")} \\`,
        "  --max-events-per-batch 50 --preferred-batch-size-in-kilobytes 512",
      ].join("\n"),
  };
}

/** The command names the variable: what is printed is read by others. */
const shownEndpoint = (url: string, secret: string | undefined): string =>
  secret === undefined ? url : url.replace(/\?code=.*$/, "?code=$EVENT_GRID_VALIDATION_KEY");

function validation(challenge: string): string {
  return JSON.stringify([
    {
      id: "00000000-0000-0000-0000-000000000000",
      topic: SOURCE,
      subject: "",
      eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
      eventTime: "2026-01-01T00:00:00Z",
      data: { validationCode: challenge },
      dataVersion: "2",
      metadataVersion: "1",
    },
  ]);
}
