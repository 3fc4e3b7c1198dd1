import { expect, test } from "vitest";
import {
  bearerOf,
  createHostCheck,
  isForeign,
  isLoopbackName,
  isOwnOrigin,
  localPath,
  securityHeaders,
} from "./security";

test.each([
  ["localhost:3000", true],
  ["127.0.0.1:3000", true],
  ["127.0.0.1", true],
  ["[::1]:3000", true],
  ["carillon.localhost", true],
  ["example.com", false],
  ["localhost.example.com", false],
  ["127.0.0.1.example.com:3000", false],
  ["10.0.0.5:3000", false],
  ["", false],
])("%s is this machine: %s", (host, isOwn) => {
  expect(isLoopbackName(host)).toBe(isOwn);
});

test.each([
  ["carillon.example.com", true],
  ["carillon.example.com:8443", true],
  ["CARILLON.example.com.", true],
  ["[2001:db8::1]:3000", true],
  ["localhost:3000", true],
  ["10.0.0.5:3000", true],
  ["10.0.0.6:3000", false],
  ["evil.example", false],
  ["carillon.example.com.evil.example", false],
  ["carillon.example.com@evil.example", false],
  ["evil.example:carillon.example.com", false],
  ["[carillon.example.com", false],
  ["", false],
  [undefined, false],
])("a request to %s was sent to us: %s", (host, isOwn) => {
  const isOwnHost = createHostCheck(["Carillon.example.com", "[2001:db8::1]"]);
  expect(isOwnHost(host, "::ffff:10.0.0.5")).toBe(isOwn);
});

test("a request that names nobody was not sent to us, whatever address it came to", () => {
  expect(createHostCheck([])("", "")).toBe(false);
  expect(createHostCheck([])(":3000", undefined)).toBe(false);
});

test.each([
  [{ host: "localhost:3000" }, false],
  [{ host: "localhost:3000", origin: "http://localhost:3000" }, false],
  [{ host: "localhost:3000", origin: "http://evil.example" }, true],
  [{ host: "localhost:3000", origin: "http://localhost:4000" }, true],
  [{ host: "localhost:3000", origin: "null" }, true],
  [{ host: "localhost:3000", "sec-fetch-site": "cross-site" }, true],
])("%j is foreign: %s", (headers, foreign) => {
  expect(isForeign(new Request("http://localhost:3000/", { headers }))).toBe(foreign);
});

test("scripts run by the page's nonce alone", () => {
  const policy = securityHeaders("abc", "http://localhost")["content-security-policy"]!;
  expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
});

test.each([
  [{ host: "localhost:3000" }, true],
  [{ host: "localhost:3000", "sec-fetch-site": "same-origin" }, true],
  [{ host: "localhost:3000", "sec-fetch-site": "none" }, true],
  [{ host: "localhost:3000", "sec-fetch-site": "cross-site" }, false],
  [{ host: "localhost:3000", "sec-fetch-site": "same-site" }, false],
  [{ host: "localhost:3000", origin: "http://evil.example" }, false],
  [{ host: "localhost:3000", origin: "http://localhost:3000", "sec-fetch-site": "same-origin" }, true],
])("cookies of %j count: %s", (headers, own) => {
  expect(isOwnOrigin(new Request("http://localhost:3000/", { headers }))).toBe(own);
});

test.each([
  [undefined, null],
  ["Bearer abc", "abc"],
  ["bearer  abc ", "abc"],
  ["Bearer", ""],
  ["Basic abc", null],
  ["Bearerabc", null],
])("the key of Authorization %j is %j", (authorization, key) => {
  expect(
    bearerOf(
      new Request("http://localhost/", authorization === undefined ? {} : { headers: { authorization } }),
    ),
  ).toBe(key);
});

test.each([
  ["/", "/"],
  ["/audience?tab=tags", "/audience?tab=tags"],
  ["/audience?tab=tags&_rsc=1abc", "/audience?tab=tags"],
  [null, "/"],
  ["", "/"],
  ["https://evil.example/", "/"],
  ["//evil.example/", "/"],
  ["/\\evil.example/", "/"],
  ["/\t/evil.example/", "/"],
  ["/./ /evil.example", "/%20/evil.example"],
  ["/.//evil.example", "/"],
  ["javascript:alert(1)", "/"],
])("after %j one goes on to %s: never to another site", (asked, path) => {
  expect(localPath(asked)).toBe(path);
});

test("who came by https once comes by nothing else for a year; where there is no https nothing is said of it", () => {
  const header = "strict-transport-security";
  expect(securityHeaders("abc", "https://carillon.example.com")[header]).toBe(
    "max-age=31536000; includeSubDomains",
  );
  expect(securityHeaders("abc", "http://127.0.0.1:3000")).not.toHaveProperty(header);
});
