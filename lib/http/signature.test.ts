import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { requireSignature } from "./signature";

const secret = "a secret of some length";
const body = Buffer.from('[{"id": "1"}]');
const signed = (signature?: string) =>
  new Request("http://localhost/", {
    method: "POST",
    headers: signature === undefined ? {} : { "x-signature": signature },
  });
const right = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

test("what is signed with the secret passes", () => {
  expect(() => requireSignature(signed(right), body, secret)).not.toThrow();
});

test.each([
  ["no signature", undefined, body],
  ["an empty one", "", body],
  ["one of another body", right, Buffer.from("[]")],
  ["one with another secret", `sha256=${createHmac("sha256", "other").update(body).digest("hex")}`, body],
])("%s does not", (_, signature, bytes) => {
  expect(() => requireSignature(signed(signature), bytes, secret)).toThrow("unsigned");
});
