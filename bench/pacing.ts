import {
  createCampaign,
  forgetArrivals,
  readArrivals,
  startCampaign,
  waitForArrivals,
} from "./campaign-client.ts";
import { tell } from "./measure.ts";
import type { Section } from "./report.ts";
import type { World } from "./world.ts";
import { ACCOUNTS } from "./webhook.ts";

const RATES = [80, 1_000];

/** A number takes 1,000 a second at most: with two, it is the campaign's own limit that is measured. */
const NUMBERS = 2;

/** Most and fewest arrivals in any whole second of a stretch. */
function seconds(arrivals: readonly number[], fromMs: number, count: number) {
  const perSecond = Array.from({ length: count }, () => 0);
  for (const at of arrivals) {
    const second = Math.floor((at - fromMs) / 1_000);
    if (second >= 0 && second < count) perSecond[second] = (perSecond[second] ?? 0) + 1;
  }
  return { most: Math.max(...perSecond), fewest: Math.min(...perSecond) };
}

/** One campaign of a given rate, sent by two processes that share a database and nothing else. */
async function measureRate(world: World, rate: number, lengthS: number) {
  const databaseUrl = await world.newDatabase();
  const options = { role: "all", databaseUrl, accounts: ACCOUNTS.slice(0, NUMBERS) } as const;
  const [one, two] = await Promise.all([world.bridge(options), world.bridge(options)]);
  const wanted = rate * lengthS;
  const recipients = Math.ceil(wanted * 1.05) + rate;
  const id = await createCampaign(one.url, { recipients, ratePerSecond: rate });
  await forgetArrivals(world.standins.url);
  await startCampaign(two.url, id);
  await waitForArrivals(world.standins.url, Math.ceil(wanted * 1.04), (lengthS * 1.1 + 5) * 1_000);
  const arrivals = (await readArrivals(world.standins.url)).toSorted((a, b) => a - b);
  await Promise.all([one.stop(), two.stop()]);
  const fromMs = arrivals[0] ?? 0;
  const sent = arrivals.filter((at) => at < fromMs + lengthS * 1_000).length;
  const error = (100 * (sent - wanted)) / wanted;
  const { most, fewest } = seconds(arrivals, fromMs, lengthS);
  tell(`${rate}/s: ${sent} of ${wanted} in ${lengthS} s`);
  return {
    rate,
    error,
    row: `| ${rate} | ${sent} | ${wanted} | ${error.toFixed(2)} % | ${fewest} | ${most} |`,
  };
}

/** How exactly two processes keep one campaign's rate. */
export async function measurePacing(
  world: World,
  { seconds: lengthS }: { readonly seconds: number },
): Promise<Section> {
  const runs = [];
  for (const rate of RATES) runs.push(await measureRate(world, rate, lengthS));
  const [slow, fast] = runs;
  return {
    title: "Pacing",
    lines: [
      ...runs.map(
        ({ rate, error }) =>
          `- two processes, one campaign at ${rate}/s, ${lengthS} s: error **${error.toFixed(2)} %** (aim: less than 2 %)`,
      ),
      "",
      "Counted at the stand-in from the first message on; what may leave at once at the start is part of the error. The",
      "processes share PostgreSQL alone; the campaign sends from two numbers.",
      "",
      "| messages per second | sent | exact | error | fewest in a second | most in a second |",
      "|---|---|---|---|---|---|",
      ...runs.map(({ row }) => row),
    ],
    figures: {
      ...(slow !== undefined && { "pacing.slowError": slow.error }),
      ...(fast !== undefined && { "pacing.fastError": fast.error }),
    },
  };
}
