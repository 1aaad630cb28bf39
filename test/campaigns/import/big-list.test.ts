import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openList } from "../../../src/campaigns/import/read-list.ts";
import { runImport } from "../../../src/campaigns/import/run-import.ts";
import type { Database } from "../../../src/db/driver.ts";
import { listQuickest } from "../../database.ts";
import { addCampaign } from "./scene.ts";

/** Lines of the list; `TEST_BIG_CSV=1000000` reads a large one on the database server. */
const LINES = Number(process.env["TEST_BIG_CSV"] ?? 20_000);
const PER_CHUNK = 100;

/** Lines that may be under way between the file and the database: two batches, and what streams hold. */
const MOST_AHEAD = 9_000;

/** What a process may grow by while it reads, whatever the length of the list. */
const MOST_HEAP_BYTES = 150 * 1024 * 1024;

const databases = await listQuickest();
const [server] = databases;

describe.each(LINES > 100_000 && server !== undefined ? [server] : databases)(
  `a list of ${LINES} lines on $label`,
  ({ open }) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
    });
    afterAll(() => db.close());

    test(
      "is read no faster than it is stored, in flat memory",
      async () => {
        const campaign = await addCampaign(db);
        let written = 0;
        let stored = 0;
        let ahead = 0;
        let heap = 0;
        const before = process.memoryUsage().heapUsed;
        async function* file() {
          yield Buffer.from("telefone;nome;valor\n");
          while (written < LINES) {
            const lines = Array.from({ length: PER_CHUNK }, (_value, index) => {
              const number = written + index;
              return `+55${11 + (number % 80)}9${70_000_000 + number};Ana ${number};12,50\n`;
            });
            written += PER_CHUNK;
            yield Buffer.from(lines.join(""));
            await Promise.resolve();
          }
        }
        const counting = {
          query: async (...call: Parameters<Database["query"]>) => {
            const rows = await db.query(...call);
            if (!call[0].includes("jsonb_to_recordset")) return rows;
            ahead = Math.max(ahead, written - stored);
            heap = Math.max(heap, process.memoryUsage().heapUsed - before);
            stored += 1_000;
            return rows;
          },
        };
        const choice = {
          delimiter: undefined,
          encoding: "auto",
          header: true,
          country: undefined,
        } as const;
        const list = await openList(file(), choice);
        const id = randomUUIDv7();
        const job = {
          id,
          campaignId: campaign,
          source: "csv",
          settings: {},
          maxRecipients: LINES,
        } as const;
        const { summary } = await runImport(counting, job, list.rows);
        expect(summary).toMatchObject({ state: "done", rows_read: LINES, added: LINES });
        expect(ahead).toBeLessThan(MOST_AHEAD);
        expect(heap).toBeLessThan(MOST_HEAP_BYTES);
      },
      120_000 + LINES * 2,
    );
  },
);
