import { expect, test } from "vitest";
import { foreignPlaceholder } from "./foreign-placeholder";

test.each([
  ["Hi {name}, welcome", "{name}"],
  ["Здравствуйте, {имя}!", "{имя}"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: It is what people write.
  ["Hi ${name}", "${name}"],
  ["Hi {contact.first_name}", "{contact.first_name}"],
  ["Hi {name|friend}", "{name|friend}"],
  ["Code {contactfield=code}", "{contactfield=code}"],
  ["Hi { {name}}", "{ {name}}"],
  ["Hi {\u200b{name}}", "{\u200b{name}}"],
  ["Hi ｛｛name｝｝", "｛｛name｝｝"],
  ["Hi ｛name｝", "｛name｝"],
  ["Hi %FIRSTNAME%!", "%FIRSTNAME%"],
  ["Hi %first_name%, 50% off", "%first_name%"],
  ["https://example.com/?code=%CODE%", "%CODE%"],
  ["Hi *|FNAME|*", "*|FNAME|*"],
  ["Hi <<name>>", "<<name>>"],
  ["Hi [name]", "[name]"],
  ["Hi [First Name]", "[First Name]"],
  ["Привет, [Имя]", "[Имя]"],
  ["Hi {{name}}, your {code}", "{code}"],
])("%s has %s of another product", (text, found) => {
  expect(foreignPlaceholder(text)).toBe(found);
});

test.each([
  "Привет, мир!",
  "Hi {{name}}, {{ город | ваш город }} and {{code|}}",
  "So we write it: \\{{name}}",
  "50% off, 20% more",
  "Скидки 5%или10%, хлопок 100%, лён 50%",
  "20%-30%, 5%/10%",
  "[акция] [new] [1] [sale]",
  "{} { } {1} {- -} }{ :-{ ",
  "1 << 2 >> 1, <<Ромашка>> и <<скидки недели>>",
  "*только|сегодня* 2*2 | 3*3",
  "$5 or $ {}",
  "https://example.com/%D0%BF%D1%80%BF%DAtest%20",
])("%s has none", (text) => {
  expect(foreignPlaceholder(text)).toBeNull();
});
