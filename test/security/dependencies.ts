import { spawnSync } from "node:child_process";
import { z } from "zod";

/** What was asked about the packages that the program is made of, and what was answered. */
export interface DependencyCheck {
  readonly asked: string;
  readonly answered: string;
  /** Undefined where the service could not be reached: nothing is known then. */
  readonly isGood: boolean | undefined;
}

function npm(...args: readonly string[]): { readonly out: string; readonly code: number | null } {
  const { stdout, stderr, status } = spawnSync("npm", args, { encoding: "utf8", timeout: 120_000 });
  return { out: stdout.trim() === "" ? stderr : stdout, code: status };
}

function parsed<Type>(schema: z.ZodType<Type>, text: string): Type | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const NOT_REACHABLE = "the service is not reachable from this machine: nothing is known";

const counts = z.record(z.string(), z.number());
const report = z.object({ metadata: z.object({ vulnerabilities: counts }) });

function askAdvisories(): DependencyCheck {
  const asked = "npm audit --omit=dev";
  const { out } = npm("audit", "--omit=dev", "--json");
  const found = parsed(report, out)?.metadata.vulnerabilities;
  if (found === undefined) return { asked, answered: NOT_REACHABLE, isGood: undefined };
  const { high = 0, critical = 0, total = 0 } = found;
  const answered = `${total} advisories, ${high} high and ${critical} critical`;
  return { asked, answered, isGood: high + critical === 0 };
}

const signed = z.object({ invalid: z.array(z.unknown()), missing: z.array(z.unknown()) });

function askSignatures(): DependencyCheck {
  const asked = "npm audit signatures";
  const { out, code } = npm("audit", "signatures", "--json");
  const found = parsed(signed, out);
  if (found === undefined || (code !== 0 && found.invalid.length + found.missing.length === 0))
    return { asked, answered: NOT_REACHABLE, isGood: undefined };
  const { invalid, missing } = found;
  const answered = `${invalid.length} wrong signatures, ${missing.length} missing`;
  return { asked, answered, isGood: invalid.length === 0 };
}

const licence = z.object({
  license: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
  expression: z.string().optional(),
});
const bill = z.object({
  specVersion: z.string(),
  components: z.array(z.looseObject({ licenses: z.array(licence).optional() })),
});

function countComponents(): DependencyCheck {
  const asked = "npm run sbom";
  const { out } = npm("sbom", "--sbom-format", "cyclonedx", "--omit", "dev");
  const found = parsed(bill, out);
  if (found === undefined)
    return { asked, answered: `no bill: ${out.split("\n")[0]}`, isGood: false };
  const names = found.components.flatMap(({ licenses = [] }) =>
    licenses.map((one) => one.license?.id ?? one.license?.name ?? one.expression ?? "none"),
  );
  const tally = new Map<string, number>();
  for (const name of names) tally.set(name, (tally.get(name) ?? 0) + 1);
  const licences = [...tally]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`);
  const { components, specVersion } = found;
  const answered = `CycloneDX ${specVersion}, ${components.length} components: ${licences.join(", ")}`;
  return { asked, answered, isGood: components.length > 0 };
}

/** Asks about the dependencies; what cannot be asked from here is said to be unknown. */
export function checkDependencies(): readonly DependencyCheck[] {
  return [countComponents(), askAdvisories(), askSignatures()];
}
