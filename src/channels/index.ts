import type { ChannelModule } from "./channel.ts";
import { cloud } from "./cloud/index.ts";
import { rest } from "./rest/index.ts";

/** Every kind of channel there is; a new one adds its line here. */
export const CHANNEL_MODULES: readonly ChannelModule[] = [cloud, rest];
