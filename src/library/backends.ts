// What `import … from "ponte/backends"` gives: the answer backends that come with the program, and the means to add one.
export type * from "../answers/backend.ts";
export { defineBackend } from "../answers/backend.ts";
export { BACKEND_MODULES } from "../answers/index.ts";
export { BridgeError } from "../errors.ts";
export type { Button, Content, Identity, Reply } from "../messages.ts";
export type { Variable } from "../settings.ts";
export type { Http, HttpOptions, HttpRequest, HttpResponse, HttpStream } from "../transport.ts";
