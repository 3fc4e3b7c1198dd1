import { expect, test } from "vitest";
import { readGateways, sendersOf } from "./settings";

const sid = `AC${"0".repeat(32)}`;
const file = {
  default: { kind: "http", url: "https://sms.example/api", token: "$SMS_TOKEN", sender: "Carillon" },
  twilio: { kind: "twilio", account_sid: sid, auth_token: "$TWILIO_TOKEN", sender: "+15550001111" },
  try_out: { kind: "sandbox" },
};
const environment = { SMS_TOKEN: "token", TWILIO_TOKEN: "sixteen characters" };

test("a file names its gateways, and takes its secrets from the environment", () => {
  const gateways = readGateways(JSON.stringify(file), environment);
  expect([...gateways.keys()]).toEqual(["default", "twilio", "try_out"]);
  expect(gateways.get("default")).toMatchObject({
    kind: "http",
    token: "token",
    connections: 256,
    timeout_ms: 30_000,
    idempotent: false,
  });
  expect(gateways.get("twilio")).toMatchObject({
    url: "https://api.twilio.com",
    auth_token: "sixteen characters",
  });
});

test("a gateway's senders are those it lists, or its one", () => {
  const { default: one, twilio } = file;
  const { sender: _, ...listed } = { ...twilio, senders: ["Shop", "Club"] };
  const gateways = readGateways(
    JSON.stringify({
      default: one,
      listed,
      try_out: { kind: "sandbox", senders: ["Demo"] },
      none: { kind: "sandbox" },
    }),
    environment,
  );
  expect([...gateways.values()].map(sendersOf)).toEqual([["Carillon"], ["Shop", "Club"], ["Demo"], []]);
});

test.each([
  ["broken JSON", "{", /GATEWAYS_FILE is wrong/],
  [
    "a variable that is not set",
    JSON.stringify({ default: { kind: "http", url: "$NO_SUCH" } }),
    /NO_SUCH, which is not set/,
  ],
  ["no default", JSON.stringify({ other: { kind: "sandbox" } }), /no gateway named default/],
  ["an unknown field", JSON.stringify({ default: { kind: "sandbox", tokn: "x" } }), /at default: .*tokn/],
  [
    "both a sender and senders",
    JSON.stringify({ default: { ...file.default, senders: ["Shop"] } }),
    /at default.senders: .*the one or the other/,
  ],
  [
    "a sender twice",
    JSON.stringify({ default: { kind: "sandbox", senders: ["Shop", "Shop"] } }),
    /at default.senders: one sender is there twice/,
  ],
  [
    "nobody whom Twilio's messages are from",
    JSON.stringify({ default: { kind: "twilio", account_sid: sid, auth_token: "$TWILIO_TOKEN" } }),
    /Twilio needs sender/,
  ],
  ["an unknown kind", JSON.stringify({ default: { kind: "smpp" } }), /at default.kind/],
  [
    "a name that operators cannot use",
    JSON.stringify({ ...file, "My gateway": { kind: "sandbox" } }),
    /My gateway/,
  ],
])("a file with %s is refused with what is wrong", (_, text, message) => {
  expect(() => readGateways(text, environment)).toThrow(message);
});
