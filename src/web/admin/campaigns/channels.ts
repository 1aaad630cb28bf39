import { get, type PageOf } from "../../shared/api.ts";
import { type Resource, useResource } from "../../shared/resource.ts";
import type { Channel } from "./types.ts";

/** The channels that messages can be sent on, the simulator's last. */
export function useChannels(): Resource<readonly Channel[]> {
  return useResource("channels", async (signal) => {
    const { data } = await get<PageOf<Channel>>("/channels", {}, signal);
    const able = data.filter(({ delivery }) => delivery === "push");
    return able.toSorted((one, other) => Number(one.simulated) - Number(other.simulated));
  });
}
