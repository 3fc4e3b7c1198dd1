import { expect, test } from "@playwright/test";
import { exampleAddress } from "@/lib/contract/openapi/samples";
import { operations } from "@/lib/contract/operations/all";
import type { Operation } from "@/lib/contract/operations/operation";
import { type Running, startCarillon } from "./support/start-carillon";

/** With the demo data, as a newcomer has it. */
let carillon: Running;
test.beforeAll(async () => {
  test.setTimeout(9 * 60_000);
  carillon = await startCarillon();
});
test.afterAll(async () => {
  test.setTimeout(120_000);
  await carillon?.stop();
});

/** What a newcomer cannot have: a link of somebody's, a sign-in, a message whose id is this one. */
const withoutEffect: Record<string, number> = {
  updateUser: 404,
  listInvitations: 404,
  createInvitation: 404,
  withdrawInvitation: 404,
  acceptInvitation: 404,
  changePassword: 404,
  listSessions: 404,
  endOtherSessions: 404,
  endSession: 404,
  replayDelivery: 404,
};

async function run(operation: Operation, id?: string): Promise<{ status: number; text: string }> {
  const { method, path, body } = operation;
  const address = exampleAddress({ ...operation, path: path.replace("{id}", id ?? "{id}") });
  const sent = !body
    ? undefined
    : "file" in body
      ? "phone,tags\n+79100007919,VIP\n"
      : JSON.stringify(body.example);
  const type = body && "file" in body ? body.file : "application/json";
  const response = await fetch(carillon.url + address, {
    method: method.toUpperCase(),
    headers: sent === undefined ? {} : { "content-type": type },
    ...(sent !== undefined && { body: sent }),
  });
  return { status: response.status, text: await response.text() };
}

test("each example of the document does what it says, on the demo data", async () => {
  const named = (id: string) => operations.find((operation) => operation.id === id)!;
  const make = async (id: string) => JSON.parse((await run(named(id))).text).id as string;
  // What the demo data has under the id that all examples name, and what one has to make oneself.
  const makers: Record<string, string> = {
    dispatches: "createDispatch",
    audiences: "createAudience",
    drafts: "createDraft",
    // The example of a change has given the one that there was another name.
    "dispatch-views": "createView",
    webhooks: "createWebhook",
    "api-keys": "createApiKey",
  };
  const ofRunning = ["pauseDispatch", "resumeDispatch", "cancelDispatch", "retryFailed"];
  const deletesNone: Record<string, string> = {
    deleteOperator: "createOperator",
    updateView: "createView",
    deleteTag: "createTag",
    getAudience: "createAudience",
    updateAudience: "createAudience",
    getTemplate: "createTemplate",
    updateTemplate: "createTemplate",
    deleteTemplate: "createTemplate",
  };
  // Others need the recipient of the examples, too.
  for (const operation of [
    ...operations.filter(({ id }) => id !== "deleteRecipient"),
    named("deleteRecipient"),
  ]) {
    const { id, path } = operation;
    const kind = /v1\/([\w-]+)\//.exec(path)![1]!;
    const maker = path.includes("{id}") ? (deletesNone[id] ?? makers[kind]) : undefined;
    // Names are there once: the example that makes one has run already.
    const known = deletesNone[id] && (await idOf(kind, named(maker!)));
    const isReviewed = id === "applyImport" || id === "discardImport";
    const isOfRanges = kind === "number-range-loads" && path.includes("{id}");
    if (isOfRanges || (kind === "imports" && id !== "listImports")) {
      const imported = isOfRanges ? await rangeLoad() : await imports(isReviewed);
      const { status, text } = await run(operation, imported);
      expect(Object.keys(operation.answers).map(Number), `${id}: ${status} ${text.slice(0, 300)}`).toContain(
        status,
      );
      continue;
    }
    const made = ofRunning.includes(id)
      ? await running(named("createDispatch"))
      : maker && (await make(maker));
    const { status, text } = await run(operation, known ?? made);
    const expected = withoutEffect[id] ? [withoutEffect[id]] : Object.keys(operation.answers).map(Number);
    expect(expected, `${id}: ${status} ${text.slice(0, 300)}`).toContain(status);
    if (id === "setSending")
      await fetch(`${carillon.url}/api/v1/sending/`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: '{"state":"on"}',
      });
  }
});

/** An import that nobody works on any more: one that is done, or that waits for its review. */
async function imports(isReviewed: boolean): Promise<string> {
  const address = `${carillon.url}/api/v1/recipients/import/${isReviewed ? "?dry_run=true" : ""}`;
  const sent = {
    method: "POST",
    headers: { "content-type": "text/csv" },
    body: "phone,tags\n+79100007919,VIP\n",
  };
  const { id } = (await (await fetch(address, sent)).json()) as { id: string };
  await expect
    .poll(async () => (await (await fetch(`${carillon.url}/api/v1/imports/${id}/`)).json()).status)
    .not.toBe("running");
  return id;
}

/** A load of number ranges that waits for its review. */
async function rangeLoad(): Promise<string> {
  const sent = {
    method: "POST",
    headers: { "content-type": "text/csv" },
    body: "from,to,operator\n+79200000000,+79209999999,megafon\n",
  };
  const answer = await fetch(`${carillon.url}/api/v1/number-ranges/?dry_run=true`, sent);
  return ((await answer.json()) as { id: string }).id;
}

/** One that is sent now: the example with another window. */
async function running(create: Operation): Promise<string> {
  const { example } = create.body as { example: object };
  const [start_datetime, end_datetime] = [0, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const { text } = await run({
    ...create,
    body: { ...create.body!, example: { ...example, start_datetime, end_datetime } } as never,
  });
  const { id } = JSON.parse(text);
  const status = async () => (await (await fetch(`${carillon.url}/api/v1/dispatches/${id}/`)).json()).status;
  await expect.poll(status).toBe("running");
  return id;
}

/** The id of what an operation's example has made. */
async function idOf(kind: string, { body }: Operation): Promise<string> {
  const { items } = await (await fetch(`${carillon.url}/api/v1/${kind}/?limit=200`)).json();
  const { name } = (body as { example: { name: string } }).example;
  return items.find((item: { name: string }) => item.name === name).id;
}
