import type { Database } from "../db/driver.ts";
import { forgetFiles, listExpiredFiles, markFilesDeleted } from "../db/media-files.ts";
import { toError } from "../errors.ts";
import type { MediaStore } from "../media/store.ts";

export interface ExpiryDependencies {
  readonly db: Database;
  readonly store: MediaStore;
  readonly retention: { readonly mediaDays: number; readonly historyDays: number };
}

/** Files taken up at a time. */
const SLICE = 500;
const FIRST = "00000000-0000-0000-0000-000000000000";

/**
 * Deletes the bytes of files whose time is over, then marks their rows; rows are forgotten with the messages. A file that
 * cannot be deleted now keeps its row as it is and is tried again the next time; the others are deleted all the same.
 * Throws where any was left.
 */
export async function expireFiles({ db, store, retention }: ExpiryDependencies): Promise<void> {
  const failures: Error[] = [];
  let afterId = FIRST;
  for (;;) {
    const files = await listExpiredFiles(db, retention.mediaDays, afterId, SLICE);
    const deleted: string[] = [];
    for (const { id, storageKey } of files) {
      try {
        await store.remove(storageKey);
        deleted.push(id);
      } catch (error) {
        failures.push(toError(error));
      }
    }
    if (deleted.length > 0) await markFilesDeleted(db, deleted);
    const last = files.at(-1);
    if (last === undefined || files.length < SLICE) break;
    afterId = last.id;
  }
  while ((await forgetFiles(db, retention.historyDays, SLICE)) === SLICE);
  await store.tidy();
  if (failures.length > 0)
    throw new Error(`${failures.length} files could not be deleted`, { cause: failures[0] });
}
