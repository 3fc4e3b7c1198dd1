import { expect, test } from "@playwright/test";
import { address, call } from "./support/api";
import { expectAccessible, expectNoSidewaysScrolling, open } from "./support/page";

test("a file of number ranges is checked, its names are said, it is applied, looked up and taken back", async ({
  page,
}) => {
  const phone = "+79160000777";
  const path = `/api/v1/recipients/${encodeURIComponent(phone)}/`;
  const operator = async () => (await (await call("GET", path)).json()).operator;
  await call("PUT", path, { operator: null });
  expect(await operator()).toBe("mts");
  await open(page, address("/settings/operators"));
  const panel = page.getByRole("region", { name: "Number ranges" });
  const give = (text: string) =>
    panel
      .getByLabel("Load a file")
      .last()
      .setInputFiles({ name: "plan.csv", mimeType: "text/csv", buffer: Buffer.from(text) });

  await give("from,to,operator\n79160000770,79160000760,beeline\n");
  await expect(panel.getByText("Line 2: The range ends before it begins")).toBeVisible();
  await expect(panel.getByRole("button", { name: /^Apply/ })).toBeDisabled();
  await panel.getByRole("button", { name: "Cancel" }).click();

  await give(
    "АВС/ DEF;От;До;Емкость;Оператор;Регион\n916;0000770;0000779;10;ПАО Вымпел;Омск\n916;1;2;2;Кто-то;Омск\n",
  );
  await expect(panel.getByRole("heading", { name: "Check the number ranges" })).toBeFocused();
  await panel.getByLabel("Operator: ПАО Вымпел").selectOption("beeline");
  await panel.getByLabel("Leave out the other names").check();
  await panel.getByRole("button", { name: "Check again" }).click();
  await expect(panel.getByRole("row", { name: /МТС Билайн/ })).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScrolling(page);
  await panel.getByRole("button", { name: /^Apply and move/ }).click();
  await expect(panel.getByText("plan.csv")).toBeVisible();
  await expect.poll(operator).toBe("beeline");

  await panel.getByLabel("Whose is this number?").fill(phone);
  await panel.getByRole("button", { name: "Check", exact: true }).click();
  await expect(panel.getByText("Билайн, range +79160000770 – +79160000779 · Омск")).toBeVisible();
  for (const [other, answer] of [
    ["+7 916 000-09-99", "No range has this number. By its prefix it belongs to МТС."],
    ["+4915112345678", "No range and no operator’s prefix has this number."],
  ] as const) {
    await panel.getByLabel("Whose is this number?").fill(other);
    await panel.getByRole("button", { name: "Check", exact: true }).click();
    await expect(panel.getByText(answer)).toBeVisible();
  }

  await panel.getByRole("button", { name: "Remove" }).click();
  await expect(panel.getByRole("row", { name: /Билайн МТС/ })).toBeVisible();
  await panel.getByRole("button", { name: "Remove all ranges" }).click();
  await expect.poll(operator).toBe("mts");
  await expect(panel.getByText("No number ranges yet: prefixes decide.")).toBeVisible();
});
