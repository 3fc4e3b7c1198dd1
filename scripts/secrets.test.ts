import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSettings } from "@/lib/env";
import { environmentFor } from "./secrets";

const environment = {
  PATH: "/bin",
  AUTH: "required",
  DATABASE_URL: "postgres://carillon:secret@127.0.0.1/carillon",
  MIGRATION_DATABASE_URL: "postgres://owner:of-tables@127.0.0.1/carillon",
  AUTH_SECRET: "sign-in".repeat(5),
  INNGEST_EVENT_KEY: "events".repeat(5),
  INNGEST_SIGNING_KEY: "signing".repeat(5),
  SMS_GATEWAY: "http",
  SMS_GATEWAY_URL: "https://sms.example",
  SMS_GATEWAY_TOKEN: "gateway".repeat(5),
  SMS_GATEWAY_RECEIPTS_SECRET: "receipts".repeat(5),
};
const held = (process: Record<string, string | undefined>, secrets: string[]) =>
  secrets.filter((secret) => Object.values(process).some((value) => value?.includes(secret)));
const secrets = ["of-tables", "sign-in", "events", "signing", "gatewaygateway", "receipts"];

test("each process has the secrets that it needs, and no other; its settings are taken", () => {
  const settings = readSettings(environment);
  const web = environmentFor("web", environment, settings);
  expect(held(web, secrets)).toEqual(["sign-in", "events", "receipts"]);
  const worker = environmentFor("worker", environment, settings);
  expect(held(worker, secrets)).toEqual(["events", "signing", "gatewaygateway"]);
  for (const own of [web, worker])
    expect(readSettings(own)).toMatchObject({ AUTH: "required", SMS_GATEWAY: "http" });
  // It is both.
  const both = environmentFor("web", environment, readSettings({ ...environment, WEB_FUNCTIONS: "on" }));
  expect(held(both, secrets)).toEqual(secrets.slice(1));
});

test("so it is with the secrets that a file of gateways names", () => {
  const folder = mkdtempSync(join(tmpdir(), "carillon-secrets-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const GATEWAYS_FILE = join(folder, "gateways.json");
  const twilio = {
    kind: "twilio",
    account_sid: `AC${"0".repeat(32)}`,
    auth_token: "$TWILIO",
    sender: "+15550001111",
    url: "https://sms.example",
  };
  const http = { kind: "http", url: "$ADDRESS", token: "$TOKEN", receipts_secret: "$RECEIPTS" };
  // One secret for both is needed by both.
  const shared = { kind: "http", url: "https://sms.example", token: "$SHARED", receipts_secret: "$SHARED" };
  writeFileSync(GATEWAYS_FILE, JSON.stringify({ default: http, shared, twilio }));
  const names = {
    TWILIO: "twilio".repeat(5),
    TOKEN: "token".repeat(5),
    RECEIPTS: "proofs".repeat(5),
    SHARED: "shared".repeat(5),
  };
  const all = { ...environment, ...names, GATEWAYS_FILE, ADDRESS: "https://sms.example/api" };
  const settings = readSettings(all);
  const web = environmentFor("web", all, settings);
  const worker = environmentFor("worker", all, settings);
  const kept = ["twiliotwilio", "tokentoken", "proofs", "sharedshared"];
  expect(held(web, kept)).toEqual(["twiliotwilio", "proofs", "sharedshared"]);
  expect(held(worker, kept)).toEqual(["twiliotwilio", "tokentoken", "sharedshared"]);
  for (const own of [web, worker])
    expect([...readSettings(own).gateways.keys()]).toEqual(["default", "shared", "twilio"]);
});
