// What `import … from "ponte"` gives: a whole bridge inside another program. docs/library.md explains every export.
export { ConfigError } from "./config/problems.ts";
export type { ConfigProblem } from "./config/problems.ts";
export { BridgeError, ERRORS } from "./errors.ts";
export type { ErrorCode } from "./errors.ts";
export { startBridge } from "./library/start-bridge.ts";
export type { RunningBridge } from "./library/start-bridge.ts";
export type { LibraryOptions } from "./library/told.ts";
export { VERSION } from "./program.ts";
