import { LINE_NAMES, SIMULATOR_TENANT } from "../simulator/names.ts";
import { type LoadContext, whereIs } from "./context.ts";
import type { ConfiguredChannel } from "./modules.ts";
import type { ServerSettings, SimulatorSettings } from "./settings.ts";

/** Channels that no provider stands behind: with them alone, nobody outside can be reached. */
const WITHOUT_PROVIDER: readonly string[] = ["rest", "callback", "socketio"];

type Channels = Iterable<Pick<ConfiguredChannel, "name" | "type" | "tenant">>;

/** Who may use the simulator; undefined where there is none. */
export function simulatorMode(
  { mode }: SimulatorSettings,
  channels: Channels,
): "open" | "admin" | undefined {
  if (mode === "off") return undefined;
  if (mode !== "auto") return mode;
  return [...channels].every(({ type }) => WITHOUT_PROVIDER.includes(type)) ? "open" : "admin";
}

/** Checks that nothing takes the names of the simulated lines or their tenant, and says where the page is open to all. */
export function checkSimulator(
  settings: SimulatorSettings,
  server: Pick<ServerSettings, "publicUrl">,
  channels: readonly ConfiguredChannel[],
  context: LoadContext,
): void {
  const mode = simulatorMode(settings, channels);
  if (mode === undefined) return;
  const refuse = (path: readonly string[], what: string): void => {
    const where = whereIs(["channels", ...path], [], context);
    const detail = `${what} is the simulator's: choose another, or set simulator.mode to off`;
    context.problems.push({ where, detail });
  };
  for (const { name, tenant } of channels) {
    if (LINE_NAMES.some((line) => line === name)) refuse([name], "this name");
    if (tenant === SIMULATOR_TENANT) refuse([name, "tenant"], "this tenant");
  }
  const isOutside = server.publicUrl !== undefined || settings.mode === "open";
  if (mode === "open" && isOutside)
    context.notices.push(
      "the simulator is open: whoever reaches this server may talk to the bot there; set PONTE_SIMULATOR to admin or off to close it",
    );
}
