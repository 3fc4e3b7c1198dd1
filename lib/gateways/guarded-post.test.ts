import { expect, test } from "vitest";
import { serveHttp } from "@/test/support/http-server";
import { guardedPost, urlIssue } from "./guarded-post";
import { isPublicAddress } from "./public-address";

const request = (url: string) => ({ url, headers: { "content-type": "application/json" }, body: "{}" });

test.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "127.8.8.8",
  "169.254.169.254",
  "172.16.0.1",
  "192.0.0.8",
  "192.168.1.1",
  "198.18.0.1",
  "203.0.113.9",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "fe80::1",
  "fc00::1",
  "fd12:3456::1",
  "ff02::1",
  "::ffff:127.0.0.1",
  "::ffff:10.0.0.1",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "2001::1",
  "2001:db8::1",
  "168.63.129.16",
  "::808:808",
  "not an address",
])("%s is not public", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ["http://example.com/", "webhook_https"],
  ["https://user:word@example.com/", "webhook_credentials"],
  ["https://localhost/", "webhook_private"],
  ["https://api.localhost/", "webhook_private"],
  ["https://127.0.0.1/", "webhook_private"],
  // The same in decimal, octal, hexadecimal and short.
  ["https://2130706433/", "webhook_private"],
  ["https://0177.0.0.1/", "webhook_private"],
  ["https://0x7f.1/", "webhook_private"],
  ["https://127.1/", "webhook_private"],
  ["https://[::1]/", "webhook_private"],
  ["https://[::ffff:7f00:1]/", "webhook_private"],
  ["https://example.com/", null],
  ["https://8.8.8.8/", null],
])("%s: %s", (url, issue) => {
  expect(urlIssue(url, false)).toBe(issue);
});

test("With private addresses allowed, credentials are still refused, and all else is taken", () => {
  expect(urlIssue("http://10.0.0.1/", true)).toBeNull();
  expect(urlIssue("http://a:b@10.0.0.1/", true)).toBe("webhook_credentials");
});

test.each([
  "169.254.169.254",
  // The same in decimal, octal, hexadecimal and short.
  "2852039166",
  "0251.0376.0251.0376",
  "0xa9.0xfe.0xa9.0xfe",
  "169.254.43518",
  "169.254.170.2",
  "168.63.129.16",
  "100.100.100.200",
  "0.0.0.0",
  "[fe80::1]",
  "[fe80:0:0:0::a9fe:a9fe]",
  "[febf::1]",
  "[fd00:ec2::254]",
  "[fd00:0ec2:0:0:0:0:0:254]",
  "[fd20:ce::254]",
  "[::ffff:169.254.169.254]",
  "[::ffff:a9fe:a9fe]",
  "[::ffff:0:a9fe:a9fe]",
  "[::a9fe:a9fe]",
  "[64:ff9b::a9fe:a9fe]",
  "[64:ff9b:1::a9fe:a9fe]",
  "[2002:a9fe:a9fe::1]",
])(
  "http://%s/ is refused with private addresses allowed, too, by its address and by its name",
  async (host) => {
    expect(urlIssue(`http://${host}/latest/meta-data/`, true)).toBe("webhook_link_local");
    const address = new URL(`http://${host}/`).hostname.replace(/^\[|\]$/g, "");
    const post = guardedPost({
      allowPrivate: true,
      lookup: async () => [{ address, family: address.includes(":") ? 6 : 4 }],
    });
    expect(await post(request("http://metadata.internal/"))).toEqual({
      kind: "failed",
      code: "webhook_link_local",
    });
  },
);

test("Of one's own network all else is allowed then", () => {
  for (const host of [
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "[::1]",
    "[fd12:3456::1]",
    "8.8.8.8",
    "intranet",
  ])
    expect(urlIssue(`http://${host}/`, true), host).toBeNull();
});

test("A name any of whose addresses is private is refused, before anybody is called", async () => {
  const post = guardedPost({
    allowPrivate: false,
    lookup: async () => [
      { address: "93.184.216.34", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ],
  });
  expect(await post(request("https://example.com/"))).toEqual({ kind: "failed", code: "webhook_private" });
});

test("The name is looked up once, and the connection goes where that said, whatever it says a moment later", async () => {
  let calls = 0;
  const port = await serveHttp((_, response) => {
    calls++;
    response.end();
  });
  let asked = 0;
  const lookup = async () => {
    asked++;
    return [{ address: asked === 1 ? "127.0.0.1" : "127.0.0.2", family: 4 }];
  };
  const post = guardedPost({ allowPrivate: true, lookup });
  // The name is nobody's: only the pinned address can lead anywhere.
  expect(await post(request(`http://rebinding.invalid:${port}/`))).toEqual({ kind: "answered", status: 200 });
  expect({ asked, calls }).toEqual({ asked: 1, calls: 1 });
});

test("A redirect is an answer, and is not followed", async () => {
  const seen: string[] = [];
  const port = await serveHttp((incoming, response) => {
    seen.push(incoming.url!);
    response.writeHead(302, { location: "/inner" }).end();
  });
  expect(await guardedPost({ allowPrivate: true })(request(`http://127.0.0.1:${port}/outer`))).toEqual({
    kind: "answered",
    status: 302,
  });
  expect(seen).toEqual(["/outer"]);
});

test("A body that is too long is not read to its end; nobody there and no such name are told apart", async () => {
  const port = await serveHttp((_, response) => {
    response.writeHead(200);
    response.write(Buffer.alloc(1_000_000));
  });
  const post = guardedPost({ allowPrivate: true });
  expect(await post(request(`http://127.0.0.1:${port}/`))).toEqual({ kind: "answered", status: 200 });
  expect(await post(request("http://127.0.0.1:1/"))).toEqual({ kind: "failed", code: "refused" });
  const nameless = guardedPost({
    allowPrivate: true,
    lookup: async () => Promise.reject(new Error("ENOTFOUND")),
  });
  expect(await nameless(request("http://nobody.invalid/"))).toEqual({
    kind: "failed",
    code: "name_not_found",
  });
});
