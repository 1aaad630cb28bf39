import { acs, acsConnect } from "./acs/index.ts";
import type { ChannelModule } from "./channel.ts";
import { callback } from "./callback/index.ts";
import { cloud } from "./cloud/index.ts";
import { evolution } from "./evolution/index.ts";
import { rest } from "./rest/index.ts";
import { serpro } from "./serpro/index.ts";
import { sms } from "./sms/index.ts";
import { socketio } from "./socketio/index.ts";

/** Every kind of channel there is; a new one adds its line here. */
export const CHANNEL_MODULES: readonly ChannelModule[] = [
  cloud,
  acs,
  acsConnect,
  rest,
  callback,
  socketio,
  serpro,
  evolution,
  sms,
];
