import { z } from "zod";
import { ROUTES } from "../../src/http/api/routes.ts";
import type { Route } from "../../src/http/api/route.ts";
import type { ApiUnderTest } from "../http/api/api-client.ts";
import { EXAMPLES, type Example } from "../http/api/examples.ts";

/** One operation of the API as its own document describes it, with an example that works. */
export interface Operation {
  readonly name: string;
  readonly method: Route["method"];
  readonly example: Example;
  /** Names of the query's parameters. */
  readonly query: readonly string[];
  /** Names of the path's parameters, in their order. */
  readonly inPath: readonly string[];
  /** Where the body takes a text: the keys that lead there. */
  readonly texts: readonly (readonly string[])[];
  /** Where the body takes an object of certain fields: the keys that lead there; the body itself is `[]`. */
  readonly objects: readonly (readonly string[])[];
}

type Json = Readonly<Record<string, unknown>>;

const object = z.record(z.string(), z.unknown());
const objects = z.array(object);
const objectOf = (value: unknown): Json => object.safeParse(value).data ?? {};

/** How far into a body it is looked; deeper ones repeat themselves. */
const DEPTH = 4;

const reference = z.string().transform((text) => /^#\/components\/schemas\/(.+)$/.exec(text));

/** Gives a schema, or each of those that it may be. */
function formsOf(schema: unknown, named: Json): readonly Json[] {
  const one = objectOf(schema);
  const name = reference.safeParse(one["$ref"]).data?.[1];
  if (name !== undefined) return formsOf(named[name], named);
  const forms = ["anyOf", "oneOf", "allOf"].flatMap(
    (key) => objects.safeParse(one[key]).data ?? [],
  );
  return [one, ...forms.flatMap((form) => formsOf(form, named))];
}

interface Places {
  readonly texts: readonly (readonly string[])[];
  readonly objects: readonly (readonly string[])[];
}

const isClosed = ({ type, additionalProperties }: Json): boolean =>
  type === "object" && additionalProperties === false;

function placesIn(schema: unknown, named: Json, path: readonly string[] = []): Places {
  const found = formsOf(schema, named).map((form): Places => {
    if (form["type"] === "string") return { texts: [path], objects: [] };
    const properties = Object.entries(objectOf(form["properties"]));
    const inside = path.length >= DEPTH ? [] : properties;
    const below = inside.map(([key, value]) => placesIn(value, named, [...path, key]));
    return {
      texts: below.flatMap(({ texts }) => texts),
      objects: [...(isClosed(form) ? [path] : []), ...below.flatMap((one) => one.objects)],
    };
  });
  const once = (all: readonly (readonly string[])[]) => [
    ...new Map(all.map((keys) => [keys.join("/"), keys])).values(),
  ];
  return {
    texts: once(found.flatMap(({ texts }) => texts)),
    objects: once(found.flatMap((one) => one.objects)),
  };
}

/** Reads every operation out of the OpenAPI document, so that a new one, or a new parameter, is attacked like the others. */
export async function listOperations(api: ApiUnderTest): Promise<readonly Operation[]> {
  const document = objectOf((await api.get("/openapi.json")).body);
  const named = objectOf(objectOf(document["components"])["schemas"]);
  return Object.entries(objectOf(document["paths"])).flatMap(([path, item]) =>
    Object.entries(objectOf(item)).map(([verb, described]): Operation => {
      const name = `${verb} ${path}`;
      const example = EXAMPLES[name];
      const route = ROUTES.find((one) => one.method === verb && one.path === path);
      if (example === undefined || route === undefined) throw new Error(`${name} has no example`);
      const operation = objectOf(described);
      const parameters = objects.safeParse(operation["parameters"]).data ?? [];
      const namesIn = (place: string) =>
        parameters.filter((one) => one["in"] === place).map((one) => String(one["name"]));
      const content = objectOf(objectOf(operation["requestBody"])["content"]);
      const schema = objectOf(content["application/json"])["schema"];
      const places = schema === undefined ? { texts: [], objects: [] } : placesIn(schema, named);
      const { method } = route;
      return { name, method, example, query: namesIn("query"), inPath: namesIn("path"), ...places };
    }),
  );
}

/** The example's address with a parameter of the query set, or in the place of the one it has. */
export function withQuery(path: string, name: string, value: string): string {
  const url = new URL(path, "http://bridge");
  url.searchParams.set(name, value);
  return `${url.pathname}${url.search}`;
}

/** The example's address with another value for a parameter of its path. */
export function withPath({ name, example }: Operation, parameter: string, value: string): string {
  const parts = (name.split(" ")[1] ?? "").split("/");
  const [bare = "", query] = example.path.split("?");
  const given = bare.split("/");
  const at = parts.indexOf(`{${parameter}}`);
  const path = given.map((part, index) => (index === at ? encodeURIComponent(value) : part));
  return `${path.join("/")}${query === undefined ? "" : `?${query}`}`;
}

/** The example's body with another value somewhere; what leads there is made where the example has it not. */
export function withValue(body: unknown, [key, ...rest]: readonly string[], value: unknown): Json {
  const own = objectOf(body);
  if (key === undefined) return own;
  return { ...own, [key]: rest.length === 0 ? value : withValue(own[key], rest, value) };
}
