import { z } from "zod";
import { EXPORT_PARTS, readExportPart, type ExportScope } from "../../db/contact-export.ts";
import { listIdentities } from "../../db/contacts-read.ts";
import type { Queryable } from "../../db/driver.ts";
import { BridgeError } from "../../errors.ts";
import { owns } from "./caller.ts";
import { mustFindContact, readContact } from "./contact-view.ts";
import { answerFile, fileAnswer } from "./file-answer.ts";
import { createSecretHider } from "./hide-secrets.ts";
import { nothing } from "./parameters.ts";
import type { ApiContext, Route } from "./route.ts";
import { defineRoute } from "./route.ts";

const tag = "contacts";

/** Writes everything kept on a person as one JSON object, a page of rows at a time. */
async function* writeRecord(
  db: Queryable,
  person: object,
  scope: ExportScope,
  hide: (value: unknown) => unknown,
): AsyncGenerator<string> {
  yield `{"contact":${JSON.stringify(hide(person))}`;
  for (const part of EXPORT_PARTS) {
    yield `,\n"${part}":[`;
    let comma = "";
    for await (const rows of readExportPart(db, part, scope)) {
      if (rows.length === 0) continue;
      yield comma + rows.map((row) => JSON.stringify(hide(row))).join(",\n");
      comma = ",\n";
    }
    yield "]";
  }
  yield "}\n";
}

/** A person of another tenant's too is erased by nobody but the operator: it would be gone for all. */
async function mustOwnWhole(id: string, { db, caller }: ApiContext): Promise<void> {
  await mustFindContact(id, { db, caller });
  const identities = await listIdentities(db, id);
  if (identities.every(({ channel }) => owns(caller, channel))) return;
  throw new BridgeError(
    "request_conflict",
    "the person is known on channels of others too: the operator of the bridge can erase them",
  );
}

const exportRoute = defineRoute({
  method: "get",
  path: "/contacts/{id}/export",
  scope: "contacts:read",
  summary: "Writes everything kept on a person as one JSON object",
  tag,
  query: nothing,
  body: nothing,
  answer: fileAnswer,
  handle: async ({ id }, context) => {
    const { db, caller, secrets } = context;
    const person = await readContact(id, context);
    const scope = { contactId: id, channels: caller.channels };
    const chunks = writeRecord(db, person, scope, createSecretHider(secrets));
    return { name: `contact-${id}.json`, chunks };
  },
});

/** What is kept on a person: all of it in one file, or nothing any more. */
export const contactRecordRoutes: readonly Route[] = [
  answerFile(exportRoute, "application/json"),
  defineRoute({
    method: "delete",
    path: "/contacts/{id}",
    scope: "contacts:write",
    summary: "Erases a person: names, numbers, texts, files; what figures count stays without them",
    tag,
    writesAudit: true,
    query: nothing,
    body: nothing,
    answer: z.strictObject({ id: z.guid() }),
    handle: async ({ id }, context) => {
      await mustOwnWhole(id, context);
      const { actor, tenant } = context.caller;
      if (await context.eraseContact(id, { actor, tenant })) return { id };
      throw new BridgeError("request_not_found", "there is no contact with this id");
    },
  }),
];
