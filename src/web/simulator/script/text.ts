import { stored } from "../state/stored.ts";

/** The script that somebody writes or has recorded; kept in this browser. */
export const scriptText = stored("ponte-simulator-script", readKept);

function readKept(text: string | null): string {
  try {
    const kept: unknown = JSON.parse(text ?? '""');
    return typeof kept === "string" ? kept : "";
  } catch {
    return "";
  }
}
