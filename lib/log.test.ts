import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loggedPath } from "./http/routes";
import { maskPhones } from "./log";

test.each([
  "/api/v1/recipients/+79161234567/",
  "/api/v1/recipients/%2B79161234567/opt-out",
  "/api/v1/recipients/8%20(916)%20123-45-67/",
  "/api/v1/recipients/%37%39%31%36%31%32%33%34%35%36%37/",
  "/api/v1/dispatches/3fa85f64-5717-4562-b3fc-2c963f66afa6/messages/79161234567",
])("an address is logged without the phone in it: %s", (path) => {
  const logged = loggedPath(path);
  expect(logged).toMatch(
    /^\/api\/v1\/(recipients|dispatches\/3fa85f64-5717-4562-b3fc-2c963f66afa6\/messages)\/…/,
  );
  expect(logged.replace(/[0-9a-f-]{36}/, "").replace(/\D/g, "")).toBe("1");
});

test("addresses without phones stay as they are", () => {
  const path = "/api/v1/dispatches/3fa85f64-5717-4562-b3fc-2c963f66afa6/messages/";
  expect(loggedPath(path)).toBe(path);
});

test.each([
  [
    `{"detail":"Key (phone)=(+79161234567) already exists."}`,
    `{"detail":"Key (phone)=(+791…67) already exists."}`,
  ],
  [`{"path":"/recipients/%2B79161234567/"}`, `{"path":"/recipients/%2B791…67/"}`],
  [`{"msg":"GET /recipients/79161234567 failed"}`, `{"msg":"GET /recipients/791…67 failed"}`],
  [`{"phone":"89161234567"}`, `{"phone":"891…67"}`],
])("whoever wrote it, a phone leaves a line masked: %s", (line, masked) => {
  expect(maskPhones(line)).toBe(masked);
});

test.each([
  `{"level":30,"time":"2026-11-26T12:00:00.000Z","pid":4194304,"atMs":1764158400000,"id":"12345678-1234-4234-8234-123456789012"}`,
  `{"message":"18446744073709551","chunk":1234567890,"list":[1234567890,1234567891]}`,
])("times, numbers and ids stay as they are: %s", (line) => {
  expect(maskPhones(line)).toBe(line);
});

test("every line of a process's log is masked, errors of the database too", () => {
  const code = `
    import { log } from "./lib/log.ts";
    log.error({ err: Object.assign(new Error("duplicate key"), { detail: "Key (phone)=(+79161234567) already exists." }) }, "no: +79161234567");`;
  const { stdout } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    cwd: join(import.meta.dirname, ".."),
    encoding: "utf8",
    env: { PATH: process.env.PATH, NODE_ENV: "production" },
  });
  expect(JSON.parse(stdout)).toMatchObject({
    msg: "no: +791…67",
    err: { detail: "Key (phone)=(+791…67) already exists." },
  });
  expect(stdout).not.toContain("79161234567");
}, 60_000);
