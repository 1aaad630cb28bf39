// What needs the schema of scripts, and with it zod and yaml: fetched when somebody comes to a script.
// oxlint-disable-next-line import/no-unassigned-import -- it only has to come first
import "./without-jit.ts";
export { ScriptSide } from "../panel/script-side.tsx";
export { SharedDialog } from "./shared-dialog.tsx";
