import { statSync, watch } from "node:fs";
import path from "node:path";

/** Editors write a file in several steps: what changed is looked at when nothing changed for this long. */
const QUIET_MS = 200;

/**
 * Calls back a little after any of these files or folders changed; returns how to stop. Folders are what is watched, since
 * editors and volume mounts put a new file in the place of the old one. A folder that cannot be watched is told once to
 * `onFailure`; what is there already stays in use.
 */
export function watchFiles(
  paths: readonly string[],
  onChange: () => void,
  onFailure: (error: Error) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET_MS);
    timer.unref();
  };
  const watchers = [...new Set(paths.map(folderOf))].flatMap((folder) => {
    try {
      const watcher = watch(folder, { persistent: false }, changed);
      watcher.on("error", onFailure);
      return [watcher];
    } catch (error) {
      onFailure(error instanceof Error ? error : new Error("a folder cannot be watched"));
      return [];
    }
  });
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

function folderOf(file: string): string {
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? file : path.dirname(file);
}
