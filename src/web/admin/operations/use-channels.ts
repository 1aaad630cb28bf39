import { get, type PageOf } from "../../shared/api.ts";
import { type Resource, useResource } from "../../shared/resource.ts";
import { may } from "../../shared/session.ts";
import type { Channel } from "./types.ts";

const nobody = Promise.resolve({ data: [], next_cursor: null });

/** The channels that whoever is signed in may see; none where their key does not show them. */
export function useChannels(pollMs?: number): Resource<PageOf<Channel>> {
  const isAllowed = may("channels:read");
  return useResource<PageOf<Channel>>(
    `channels ${isAllowed}`,
    (signal) => (isAllowed ? get("/channels", {}, signal) : nobody),
    pollMs === undefined ? {} : { pollMs },
  );
}

/** The channels as a filter offers them. */
export function useChannelOptions(): readonly { readonly value: string; readonly label: string }[] {
  const { data } = useChannels();
  return (data?.data ?? []).map(({ name }) => ({ value: name, label: name }));
}
