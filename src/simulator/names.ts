/** The tenant that owns the simulated lines and nothing else. */
export const SIMULATOR_TENANT = "simulator";

/** The names of the simulated lines; no other channel may be called so. */
export const LINE_NAMES = [
  "simulator",
  "simulator-serpro",
  "simulator-acs",
  "simulator-sms",
  "simulator-evolution",
] as const;

export type LineName = (typeof LINE_NAMES)[number];

/** The domain of the simulated providers: no such name can exist. Source: RFC 6761, section 6.4. */
const DOMAIN = ".simulator.invalid";

/** The address of a simulated provider. */
export function addressOf(name: LineName): string {
  const provider = name === "simulator" ? "cloud" : name.slice("simulator-".length);
  return `https://${provider}${DOMAIN}`;
}
