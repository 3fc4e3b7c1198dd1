import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { originOf, ownNames, publicUrl, readSettings } from "./env";

test("Without sign-in Carillon listens on this machine only, unless it is said out loud", () => {
  for (const HOST of ["0.0.0.0", "::", "10.0.0.5"]) {
    expect(() => readSettings({ HOST })).toThrow("there is no sign-in");
    expect(readSettings({ HOST, AUTH: "open-anywhere" }).AUTH).toBe("open-anywhere");
    expect(readSettings({ HOST, AUTH: "required", ALLOW_HTTP: "on" }).AUTH).toBe("required");
  }
  for (const HOST of ["127.0.0.1", "localhost", "::1"]) expect(readSettings({ HOST }).AUTH).toBe("open");
});

test("A country that there is not is refused at the start, and what to set is said", () => {
  for (const DEFAULT_COUNTRY of ["UK", "ru", "ZZ", "Russia"])
    expect(() => readSettings({ DEFAULT_COUNTRY }), DEFAULT_COUNTRY).toThrow(
      `DEFAULT_COUNTRY is wrong: ${DEFAULT_COUNTRY} is no country's code in ISO 3166-1. Set its two capital letters`,
    );
  for (const DEFAULT_COUNTRY of ["GB", "KZ", "US"])
    expect(readSettings({ DEFAULT_COUNTRY }).DEFAULT_COUNTRY).toBe(DEFAULT_COUNTRY);
  expect(readSettings({}).DEFAULT_COUNTRY).toBe("RU");
});

test("Passwords do not cross a network without https, unless it is said out loud", () => {
  for (const values of [
    { HOST: "0.0.0.0" },
    { HOST: "::" },
    { HOST: "10.0.0.5" },
    { HOST: "127.0.0.1.example.com" },
    { HOST: "0.0.0.0", PUBLIC_URL: "http://localhost:3000" },
    { HOST: "10.0.0.5", PUBLIC_URL: "http://carillon.example.com" },
    // A proxy on this machine that speaks http to the others.
    { PUBLIC_URL: "http://carillon.example.com" },
    { PUBLIC_URL: "http://10.0.0.5" },
  ]) {
    expect(() => readSettings({ ...values, AUTH: "required" }), JSON.stringify(values)).toThrow(
      /without https.*PUBLIC_URL=https.*ALLOW_HTTP=on/,
    );
    expect(readSettings({ ...values, AUTH: "required", ALLOW_HTTP: "on" }).AUTH).toBe("required");
    // Nobody has a password there.
    expect(readSettings({ ...values, AUTH: "open-anywhere" }).AUTH).toBe("open-anywhere");
  }
  for (const values of [
    {},
    { HOST: "::1" },
    { HOST: "127.0.0.2", PUBLIC_URL: "http://localhost:8080" },
    { PUBLIC_URL: "http://[::1]:3000" },
    { PUBLIC_URL: "https://carillon.example.com" },
    { HOST: "0.0.0.0", PUBLIC_URL: "https://carillon.example.com" },
  ])
    expect(readSettings({ ...values, AUTH: "required" }).AUTH, JSON.stringify(values)).toBe("required");
});

test("Where others reach it, a real gateway's receipts must be signed", () => {
  const http = { SMS_GATEWAY: "http", SMS_GATEWAY_URL: "http://gateway.example" };
  for (const AUTH of ["open-anywhere", "required"]) {
    expect(() => readSettings({ ...http, AUTH })).toThrow("SMS_GATEWAY_RECEIPTS_SECRET");
    expect(readSettings({ ...http, AUTH, SMS_GATEWAY_RECEIPTS_SECRET: "sixteen characters" }).AUTH).toBe(
      AUTH,
    );
  }
});

test.each([
  ["on", true],
  ["off", false],
  [undefined, false],
])("SMS_GATEWAY_IDEMPOTENT=%s: the one gateway is idempotent: %s", (SMS_GATEWAY_IDEMPOTENT, idempotent) => {
  const settings = readSettings({
    SMS_GATEWAY: "http",
    SMS_GATEWAY_URL: "http://gateway.example",
    SMS_GATEWAY_IDEMPOTENT,
  });
  expect(settings.gateways.get("default")).toMatchObject({ kind: "http", idempotent });
});

test("a currency is one of ISO 4217", () => {
  expect(readSettings({}).CURRENCY).toBeUndefined();
  expect(readSettings({ CURRENCY: "RUB" }).CURRENCY).toBe("RUB");
  for (const CURRENCY of ["rub", "roubles", "ZZZ"])
    expect(() => readSettings({ CURRENCY }), CURRENCY).toThrow("CURRENCY is wrong: no currency of ISO 4217");
});

test("A secret that is short enough to guess is refused", () => {
  expect(() => readSettings({ AUTH: "required", AUTH_SECRET: "too short" })).toThrow(
    "AUTH_SECRET is wrong: at least 32 characters",
  );
});

test.each([
  [{}, "http://127.0.0.1:3000"],
  [{ HOST: "0.0.0.0", AUTH: "open-anywhere", PORT: "80" }, "http://127.0.0.1:80"],
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
  expect(ownNames(settings)).toEqual([
    "carillon.example.com",
    "worker",
    "10.0.0.5",
    "127.0.0.1",
    "carillon",
    "192.0.2.7",
  ]);
  expect(ownNames(readSettings({}))).toEqual(["127.0.0.1", "127.0.0.1"]);
  expect(originOf("::", 3030)).toBe("http://127.0.0.1:3030");
});

/** The settings with one gateway of a file. */
function settingsWith(gateway: object, values: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "carillon-env-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "gateways.json"), JSON.stringify({ default: gateway }));
  return readSettings({ ...values, GATEWAYS_FILE: join(folder, "gateways.json") });
}
const twilio = {
  kind: "twilio",
  account_sid: `AC${"0".repeat(32)}`,
  auth_token: "0123456789abcdef",
  sender: "+15550001111",
};
const privateUrls = [
  "http://127.0.0.1:3000",
  "http://localhost",
  "https://carillon",
  "https://10.0.0.5",
  "https://192.168.1.5:8443",
  "https://169.254.1.1",
  "http://[::1]:3000",
  "http://[fd00::1]",
  "https://carillon.local",
  "https://sms.shop.internal.",
  "http://0x7f.1",
];

test("Twilio's own host with an address of ours that Twilio cannot reach is refused at the start", () => {
  expect(() => settingsWith(twilio, {})).toThrow(
    /gateway default is Twilio's own.*127\.0\.0\.1:3000 is not on the public Internet.*PUBLIC_URL/,
  );
  for (const PUBLIC_URL of privateUrls) {
    expect(() => settingsWith(twilio, { PUBLIC_URL }), PUBLIC_URL).toThrow("not on the public Internet");
    expect(
      () => settingsWith({ ...twilio, url: "https://api.dublin.ie1.twilio.com" }, { PUBLIC_URL }),
      PUBLIC_URL,
    ).toThrow(PUBLIC_URL);
    // What only speaks as Twilio does may be on this machine itself.
    for (const url of [
      "http://127.0.0.1:9000",
      "https://api.twilio.com.example.com",
      "https://nottwilio.com",
    ])
      expect(settingsWith({ ...twilio, url }, { PUBLIC_URL }).PUBLIC_URL).toBe(PUBLIC_URL);
  }
  for (const PUBLIC_URL of [
    "https://sms.example.com:8443",
    "http://93.184.216.34",
    "https://carillon.localhost.example.com",
  ])
    expect(settingsWith(twilio, { PUBLIC_URL }).PUBLIC_URL).toBe(PUBLIC_URL);
});
