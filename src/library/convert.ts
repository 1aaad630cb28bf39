// What `import … from "ponte/convert"` gives: pure conversions between a bot's words and a provider's.
export type {
  MenuOption,
  OutboundReference,
  RenderedMessage,
  Rendering,
  SendReceipt,
  WebhookRequest,
  WebhookResult,
} from "../channels/channel.ts";
export { splitText } from "../channels/whatsapp/split-text.ts";
export { ConfigError } from "../config/problems.ts";
export { BridgeError } from "../errors.ts";
export type * from "../messages.ts";
export { readRasaMessage } from "../rasa-message.ts";
export type { HttpRequest, HttpResponse } from "../transport.ts";
export { CHANNEL_TYPES, createConverter } from "./converter.ts";
export type { Converter } from "./converter.ts";
