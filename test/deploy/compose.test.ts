import { existsSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { place, readYaml } from "./read.ts";

const values = z.record(z.string(), z.string());

/** The part of the Compose specification that the file uses; any other key is a slip. */
const service = z.strictObject({
  build: z.literal(".").optional(),
  image: z.string().optional(),
  profiles: z.array(z.string()).optional(),
  restart: z.literal("unless-stopped"),
  hostname: z.string().optional(),
  command: z.array(z.string()).optional(),
  env_file: z.array(z.strictObject({ path: z.string(), required: z.boolean() })).optional(),
  environment: values.optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  secrets: z.array(z.string()).optional(),
  depends_on: z
    .union([
      z.array(z.string()),
      z.record(z.string(), z.strictObject({ condition: z.literal("service_healthy") })),
    ])
    .optional(),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()).min(2),
      interval: z.string(),
      timeout: z.string(),
      retries: z.int(),
    })
    .optional(),
  networks: z
    .strictObject({ default: z.strictObject({ aliases: z.array(z.string()) }) })
    .optional(),
  read_only: z.literal(true).optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.literal("ALL")).optional(),
  security_opt: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
});

const compose = z
  .strictObject({
    services: z.record(z.string(), service),
    volumes: z.record(z.string(), z.null()),
    secrets: z.record(z.string(), z.strictObject({ environment: z.string() })),
  })
  .parse(readYaml("docker-compose.yml"));

const services = Object.entries(compose.services).map(([name, one]) => ({ name, one }));

const wanted = (one: z.infer<typeof service>): readonly string[] =>
  Array.isArray(one.depends_on) ? one.depends_on : Object.keys(one.depends_on ?? {});

describe("docker-compose.yml", () => {
  test("has a profile for everything that is not needed", () => {
    const profiles = services.flatMap(({ one }) => one.profiles ?? []);
    expect([...new Set(profiles)].toSorted()).toEqual([
      "ngrok",
      "observability",
      "rabbitmq",
      "rasa",
    ]);
    const plain = services.filter(({ one }) => one.profiles === undefined);
    expect(plain.map(({ name }) => name)).toEqual(["bridge", "postgres", "redis"]);
  });

  test.each(services)("$name names an image with a version, or builds ours", ({ one }) => {
    expect(one.build ?? one.image).toMatch(/^(\.|[\w./-]+:v?\d[\w.-]*)$/);
  });

  test.each(services)("$name opens ports on this machine only", ({ one }) => {
    for (const port of one.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test.each(services)("$name needs only what starts with it", ({ one }) => {
    for (const name of wanted(one)) {
      const other = compose.services[name];
      expect(other).toBeDefined();
      const always = other?.profiles === undefined;
      expect(always || one.profiles?.every((profile) => other.profiles?.includes(profile))).toBe(
        true,
      );
      if (!Array.isArray(one.depends_on)) expect(other?.healthcheck).toBeDefined();
    }
  });

  test.each(services)("$name mounts what is declared, or a file that is here", ({ one }) => {
    for (const mount of one.volumes ?? []) {
      const [source = ""] = mount.split(":");
      if (!source.startsWith("./")) expect(Object.keys(compose.volumes)).toContain(source);
      // The project of the Rasa profile is the user's own.
      else if (source !== "./rasa") expect(existsSync(place(source))).toBe(true);
    }
    for (const secret of one.secrets ?? []) expect(Object.keys(compose.secrets)).toContain(secret);
  });

  test("declares no volume that nobody uses", () => {
    const used = services.flatMap(({ one }) => one.volumes ?? []);
    for (const name of Object.keys(compose.volumes))
      expect(used.some((mount) => mount.startsWith(`${name}:`))).toBe(true);
  });

  test("the bridge has no rights and no disk but its data", () => {
    expect(compose.services["bridge"]).toMatchObject({
      read_only: true,
      tmpfs: ["/tmp"],
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
  });

  test("no secret is written in it", () => {
    for (const { one } of services)
      for (const [name, value] of Object.entries(one.environment ?? {}))
        if (/PASSWORD|PASS$|TOKEN|KEY/.test(name))
          expect(value).toMatch(/^\$\{\w+(:[-?][^}]*)?\}$/);
    expect(compose.services["bridge"]?.environment?.["DATABASE_URL"]).toContain(
      ":${POSTGRES_PASSWORD:?",
    );
    expect(compose.secrets).toEqual({ ponte_admin_key: { environment: "PONTE_ADMIN_KEY" } });
  });
});
