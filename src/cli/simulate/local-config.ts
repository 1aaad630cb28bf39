import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from "yaml";
import { CHANNEL_MODULES } from "../../channels/index.ts";
import { SERVER_VARIABLES } from "../../config/variables.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The sections that say how the bot answers; the others say where a bridge runs and whom it reaches. */
const KEPT = new Set(["backends", "answers", "commands", "conversation"]);

/** Variables of the server that have a say in what is answered. */
const KEPT_VARIABLES = new Set(["PONTE_CONFIG", "PONTE_ALLOW_INSECURE", "RASA_START_FORWARD"]);

/**
 * Blanks out of a configuration file what a simulation must not touch: real channels, databases, brokers and receivers,
 * and what names them. Every line stays where it was, so that problems are told by their true lines.
 */
export function localConfigText(text: string): string {
  const { contents } = parseDocument(text, { prettyErrors: false });
  if (!isMap(contents)) return text;
  const gone = contents.items.flatMap((pair) => {
    const name = keyOf(pair);
    if (!KEPT.has(name)) return [spanOf(pair)];
    if (name === "conversation") return childrenOf(pair, "debounce_channels").map(spanOf);
    return name === "answers"
      ? childrenOf(pair, "routes").flatMap((one) => routesOf(one, text))
      : [];
  });
  return gone.reduce(blank, text);
}

/** Where something stands in the text, its end not included. */
type Span = readonly [start: number, end: number] | undefined;

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}

function childrenOf({ value }: Pair, name: string): readonly Pair[] {
  return isMap(value) ? value.items.filter((child) => keyOf(child) === name) : [];
}

/** Routes by channel are never taken on a simulated line, whose name is its own; they go with their dashes. */
function routesOf(pair: Pair, text: string): readonly Span[] {
  const { value } = pair;
  if (!isSeq(value)) return [];
  const gone = value.items.filter(namesChannels);
  if (gone.length === 0) return [];
  if (gone.length === value.items.length || value.flow === true) return [spanOf(pair)];
  return gone.map((route) => {
    const [start = 0, end = 0] = rangeOf(route) ?? [];
    return [text.lastIndexOf("-", start), end];
  });
}

function namesChannels(route: unknown): boolean {
  const match = isMap(route) ? route.get("match") : undefined;
  return isMap(match) && match.has("channel");
}

function spanOf({ key, value }: Pair): Span {
  const written = rangeOf(key);
  return written ? [written[0], (rangeOf(value) ?? written)[1]] : undefined;
}

function blank(text: string, span: Span): string {
  if (span === undefined) return text;
  const [start, end] = span;
  return text.slice(0, start) + text.slice(start, end).replaceAll(/[^\n]/g, " ") + text.slice(end);
}

function rangeOf(node: unknown): Node["range"] | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
}

/** The environment without whatever leads out of the simulation. */
export function localEnvironment(env: Environment): Environment {
  const own = [
    ...SERVER_VARIABLES.filter(({ name }) => !KEPT_VARIABLES.has(name)),
    ...CHANNEL_MODULES.flatMap(({ variables }) => variables),
  ];
  const gone = new Set(own.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !gone.has(name)));
}
