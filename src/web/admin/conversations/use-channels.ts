import { useMemo } from "preact/hooks";
import { get, type PageOf } from "../../shared/api.ts";
import { useResource } from "../../shared/resource.ts";
import { may } from "../../shared/session.ts";
import type { Channel } from "./types.ts";

/** What is known of the configured channels, by name; nothing where the key may not see them. */
export function useChannels(): ReadonlyMap<string, Channel> {
  const isAllowed = may("channels:read");
  const { data } = useResource(isAllowed ? "channels" : "", async (signal) =>
    isAllowed ? (await get<PageOf<Channel>>("/channels", undefined, signal)).data : [],
  );
  return useMemo(() => new Map((data ?? []).map((one) => [one.name, one])), [data]);
}
