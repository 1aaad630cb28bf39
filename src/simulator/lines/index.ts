import type { ConfiguredChannel } from "../../config/modules.ts";
import { type LineName, LINE_NAMES, SIMULATOR_TENANT } from "../names.ts";
import { secretMaker } from "../secrets.ts";
import { acsLine } from "./acs.ts";
import { cloudLine } from "./cloud.ts";
import { evolutionLine } from "./evolution.ts";
import type { LineMaker, SimulatedLine } from "./line.ts";
import { serproLine } from "./serpro.ts";
import { smsLine } from "./sms.ts";

const MAKERS: Readonly<Record<LineName, LineMaker>> = {
  simulator: cloudLine,
  "simulator-serpro": serproLine,
  "simulator-acs": acsLine,
  "simulator-sms": smsLine,
  "simulator-evolution": evolutionLine,
};

/** A simulated line, and the real channel that speaks to it. */
export interface OpenLine {
  readonly line: SimulatedLine;
  readonly channel: ConfiguredChannel;
}

/** Builds every line, by name: with one admin key they are the same in every process. */
export function openLines(adminKey: string): ReadonlyMap<string, OpenLine> {
  return new Map(LINE_NAMES.map((name) => [name, openLine(name, adminKey)]));
}

/** Visits are left out: a simulated line never reads what arrives for an operator's channel. */
function openLine(name: LineName, adminKey: string): OpenLine {
  const line = MAKERS[name](secretMaker(adminKey, name));
  const { module, settings } = line;
  const { visits: _, ...channel } = module.configure(settings);
  const { type } = module;
  return { line, channel: { name, type, tenant: SIMULATOR_TENANT, channel, module, settings } };
}
