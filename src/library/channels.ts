// What `import … from "ponte/channels"` gives: the channels that come with the program, and the means to add one.
export type * from "../channels/channel.ts";
export { defineChannel, parseJson } from "../channels/channel.ts";
export { CHANNEL_MODULES } from "../channels/index.ts";
export type { MediaSource } from "../channels/media-source.ts";
export type { TemplateSource } from "../channels/template-source.ts";
export type { WebAccess } from "../channels/web-access.ts";
export { BridgeError } from "../errors.ts";
export type * from "../messages.ts";
export type { Variable } from "../settings.ts";
export type * from "../transport.ts";
