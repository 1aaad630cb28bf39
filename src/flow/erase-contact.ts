import { eraseBodies, eraseContact, listSpellings } from "../db/contact-erase.ts";
import type { Database } from "../db/driver.ts";
import { markFilesDeleted } from "../db/media-files.ts";
import type { MediaStore } from "../media/store.ts";

interface EraseDependencies {
  readonly db: Database;
  readonly removeFile: MediaStore["remove"];
  /** Told of a file whose bytes could not be removed now; the sweep of old files removes them. */
  readonly onFileLeft: (error: unknown) => void;
}

/** Who erases, for the audit log. */
export interface Eraser {
  readonly actor: string;
  readonly tenant: string | undefined;
}

/** Erases a person; false where there is none with this id. Throws `store_*`. */
export type EraseContact = (id: string, eraser: Eraser) => Promise<boolean>;

/**
 * Makes the erasure of people. Raw webhooks go first: should the process die after them, the person is still there and can be
 * erased again. Bytes of files go last; their rows then say that they are old, so that none is forgotten.
 */
export function createEraseContact({
  db,
  removeFile,
  onFileLeft,
}: EraseDependencies): EraseContact {
  return async (id, { actor, tenant }) => {
    await eraseBodies(db, await listSpellings(db, id));
    const audit = { actor, tenant, action: "contact_erase", subject: id, detail: {} };
    const erased = await eraseContact(db, id, audit);
    if (erased === undefined) return false;
    for (const file of erased.files) {
      try {
        await removeFile(file.storageKey);
        await markFilesDeleted(db, [file.id]);
      } catch (error) {
        onFileLeft(error);
      }
    }
    return true;
  };
}
