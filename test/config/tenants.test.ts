import { expect, test } from "@jest/globals";
import { describeConfig } from "../../src/config/describe.ts";
import { load, problemsOf } from "./fakes.ts";

const tenantsOf = (file?: string) =>
  Object.fromEntries([...load({}, file).channels].map(([name, { tenant }]) => [name, tenant]));

test("a channel belongs to the tenant that its entry names, or to `default`", () => {
  expect(tenantsOf()).toEqual({ rest: "default" });
  expect(tenantsOf("channels: { rest: {}, shop: { type: rest, tenant: shop-2 } }")).toEqual({
    rest: "default",
    shop: "shop-2",
  });
});

test("the start log shows whose a channel is", () => {
  const config = load({}, "channels: { rest: { tenant: shop } }");
  expect(describeConfig(config)).toMatchObject({ channels: { rest: { tenant: "shop" } } });
});

test.each([
  { label: "capitals", tenant: "Shop" },
  { label: "spaces", tenant: '"my shop"' },
  { label: "nothing", tenant: '""' },
  { label: "a number", tenant: "7" },
  { label: "a list", tenant: "[shop]" },
  { label: "64 letters", tenant: "x".repeat(64) },
])("a tenant of $label is refused", ({ tenant }) => {
  expect(problemsOf({}, `channels: { rest: { tenant: ${tenant} } }`)).toEqual([
    "config/bridge.yml:1 channels.rest.tenant: must be a name of 1 to 63 lower-case letters, digits, - and _",
  ]);
});

test("a backend has no tenant", () => {
  const [problem] = problemsOf({}, "backends: { templates: { tenant: shop } }");
  expect(problem).toContain("backends.templates.tenant: unknown setting");
});
