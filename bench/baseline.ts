import express from "express";
import pg from "pg";
import { isGenuine } from "./genuine.ts";

/**
 * What ours is compared with: the same Express, signature and parsing, and behind it either nothing at all or one INSERT
 * per request, as most connectors do it. Run as `node bench/baseline.ts none|insert <database url>`.
 */
const [mode, url] = process.argv.slice(2);
const pool = mode === "insert" ? new pg.Pool({ connectionString: url, max: 10 }) : undefined;
await pool?.query(
  "create table naive_inbox (id bigserial primary key, external_id text unique, body jsonb, at timestamptz default now())",
);

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.post(
  "/webhooks/whatsapp/webhook",
  express.raw({ type: () => true, limit: "3mb" }),
  async (request, response) => {
    const body: unknown = request.body;
    if (!Buffer.isBuffer(body) || !isGenuine(body, request.get("x-hub-signature-256"))) {
      response.status(401).end();
      return;
    }
    const text = body.toString("utf8");
    const parsed: unknown = JSON.parse(text);
    const id = /"id":"(wamid[^"]*)"/.exec(text)?.[1] ?? "";
    await pool?.query(
      "insert into naive_inbox (external_id, body) values ($1, $2) on conflict do nothing",
      [id, JSON.stringify(parsed)],
    );
    response.status(200).json({ status: "ok" });
  },
);
const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`listens on http://127.0.0.1:${port}\n`);
});
