import { expect, test, vi } from "vitest";
import { originOf, ownNames, publicUrl, readSettings } from "./env";

test("Without sign-in Carillon listens on this machine only, unless it is said out loud", () => {
  for (const HOST of ["0.0.0.0", "::", "10.0.0.5"]) {
    expect(() => readSettings({ HOST })).toThrow("there is no sign-in");
    expect(readSettings({ HOST, AUTH: "open-anywhere" }).AUTH).toBe("open-anywhere");
    expect(readSettings({ HOST, AUTH: "required" }).AUTH).toBe("required");
  }
  for (const HOST of ["127.0.0.1", "localhost", "::1"]) expect(readSettings({ HOST }).AUTH).toBe("open");
});

test("Where others reach it, a real gateway's receipts must be signed", () => {
  const http = { SMS_GATEWAY: "http", SMS_GATEWAY_URL: "http://gateway.example" };
  for (const AUTH of ["open-anywhere", "required"]) {
    expect(() => readSettings({ ...http, AUTH })).toThrow("SMS_GATEWAY_RECEIPTS_SECRET");
    expect(readSettings({ ...http, AUTH, SMS_GATEWAY_RECEIPTS_SECRET: "sixteen characters" }).AUTH).toBe(AUTH);
  }
});

test.each([
  ["on", true],
  ["off", false],
  [undefined, false],
])("SMS_GATEWAY_IDEMPOTENT=%s: the one gateway is idempotent: %s", (SMS_GATEWAY_IDEMPOTENT, idempotent) => {
  const settings = readSettings({ SMS_GATEWAY: "http", SMS_GATEWAY_URL: "http://gateway.example", SMS_GATEWAY_IDEMPOTENT });
  expect(settings.gateways.get("default")).toMatchObject({ kind: "http", idempotent });
});

test("A secret that is short enough to guess is refused", () => {
  expect(() => readSettings({ AUTH: "required", AUTH_SECRET: "too short" })).toThrow("AUTH_SECRET is wrong: at least 32 characters");
});

test.each([
  [{}, "http://127.0.0.1:3000"],
  [{ HOST: "0.0.0.0", AUTH: "required", PORT: "80" }, "http://127.0.0.1:80"],
  [{ HOST: "::1" }, "http://[::1]:3000"],
  [{ PUBLIC_URL: "https://carillon.example.com/" }, "https://carillon.example.com"],
])("with %j browsers reach it at %s", (values, url) => {
  expect(publicUrl(readSettings(values))).toBe(url);
});

test("A blank setting counts as absent, the level of the log included", async () => {
  expect(readSettings({ PORT: "", DATABASE_URL: "", AUTH: "" })).toMatchObject({ PORT: 3000, AUTH: "open" });
  vi.stubEnv("LOG_LEVEL", "");
  expect((await import("./log")).log.level).toBe("info");
  vi.unstubAllEnvs();
});

test("It is called what its addresses say, and what is named beside them", () => {
  const settings = readSettings({
    AUTH: "required",
    HOST: "10.0.0.5",
    PUBLIC_URL: "https://carillon.example.com:8443/",
    INNGEST_SERVE_ORIGIN: "http://worker:3030",
    ALLOWED_HOSTS: "carillon, 192.0.2.7 ,,",
  });
  expect(ownNames(settings)).toEqual(["carillon.example.com", "worker", "10.0.0.5", "127.0.0.1", "carillon", "192.0.2.7"]);
  expect(ownNames(readSettings({}))).toEqual(["127.0.0.1", "127.0.0.1"]);
  expect(originOf("::", 3030)).toBe("http://127.0.0.1:3030");
});
