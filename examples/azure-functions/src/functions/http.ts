import { app } from "@azure/functions";
import { serveHttp, serveReady } from "../adapter.ts";
import { close, open } from "../bridge.ts";

// Every channel, at the addresses that the bridge itself would have. The channels check who calls: no key of the platform
// is needed, and a provider such as Meta could not send one.
app.http("webhooks", {
  route: "{*path}",
  methods: ["GET", "POST", "OPTIONS"],
  authLevel: "anonymous",
  handler: (request, context) =>
    serveHttp(open, request, (message, error) => context.error(message, error)),
});

app.http("ready", {
  route: "ready",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: (_request, context) =>
    serveReady(open, (message, error) => context.error(message, error)),
});

app.hook.appTerminate(close);
