import { expect, test } from "vitest";
import { ValidationError } from "@/lib/domain/errors";
import { requireStrongPassword } from "./require-strong-password";

const verdict = (password: string) =>
  requireStrongPassword(password, ["Anna Bell", "anna.bell@example.com"], "/password").then(
    () => "taken",
    (error) => (error instanceof ValidationError ? error.errors[0] : error),
  );
const refused = { pointer: "/password", code: "password_common" };

test.each([
  "1234567890",
  "qwertyuiop",
  "QwertyUiop",
  "Password123!",
  "2027dragon2027",
  "aaaaaaaaaaaaa",
  "121212121212",
  "carillon2027",
  "anna.bell@example.com",
  "Anna Bell 1985",
  "example12345",
])("%s is refused: it is guessed first", async (password) => {
  expect(await verdict(password)).toEqual(refused);
});

test.each([
  "a bell in the tower",
  "correct horse battery",
  "9384715206",
  "Колокола на башне",
  "7hq2-vk9x-m4pd",
])("%s is taken", async (password) => {
  expect(await verdict(password)).toBe("taken");
});
