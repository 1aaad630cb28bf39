import { BridgeError } from "../../errors.ts";
import type { Simulator } from "../../simulator/simulator.ts";
import { owns } from "./caller.ts";
import type { ApiContext } from "./route.ts";

type Deps = Pick<ApiContext, "simulator" | "caller">;

/** The simulator; throws `request_not_found` where it is switched off. */
export function mustSimulate({ simulator }: Pick<Deps, "simulator">): Simulator {
  if (simulator !== undefined) return simulator;
  throw new BridgeError("request_not_found", "the simulator is switched off");
}

/** Throws `request_not_found` for a channel that is no simulated line of the caller's. */
export function mustOwnLine(deps: Deps, channel: string): Simulator {
  const simulator = mustSimulate(deps);
  if (simulator.channels.includes(channel) && owns(deps.caller, channel)) return simulator;
  throw new BridgeError("request_not_found", "there is no simulated line of this name");
}

/** Throws `request_not_found` for a caller who owns none of the lines. */
export function mustOwnSome(deps: Deps): Simulator {
  const simulator = mustSimulate(deps);
  if (simulator.channels.some((channel) => owns(deps.caller, channel))) return simulator;
  throw new BridgeError("request_not_found", "there is no simulated line here");
}
