import type { Check } from "./check.ts";

/** A provider's answer may be slow and its clock has whole seconds: less than this says nothing. */
const REMARKABLE_MS = 30_000;

/** From here on dated signatures and tokens are refused. Source: Azure's access keys take requests of the last 5 minutes. */
const TOO_FAR_MS = 240_000;

/** Judges this machine's clock by what providers' answers say of the time. */
export function clockRows(skews: ReadonlyMap<string, number>): readonly Check[] {
  if (skews.size === 0) return [];
  const [host, skew] = [...skews].reduce((worst, one) =>
    Math.abs(one[1]) > Math.abs(worst[1]) ? one : worst,
  );
  const base = { area: "program", name: "clock" } as const;
  if (Math.abs(skew) < REMARKABLE_MS)
    return [{ ...base, level: "ok", detail: `agrees with ${[...skews.keys()].join(", ")}` }];
  // More than one must agree that it is our clock that is wrong; with one, it may be theirs.
  const direction = skew > 0 ? "behind" : "ahead of";
  return [
    {
      ...base,
      level: Math.abs(skew) < TOO_FAR_MS ? "warn" : "fail",
      detail: `${Math.round(Math.abs(skew) / 1_000)} s ${direction} ${host}: signatures and tokens are dated`,
      fix: "set this machine's clock by NTP (`timedatectl set-ntp true`)",
    },
  ];
}
