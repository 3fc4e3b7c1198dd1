import { expect, test } from "vitest";
import type { GatewayOutcome } from "./judge-outcome";
import { notToBeWritten, settlementOf } from "./settle-outcomes";

const lost: GatewayOutcome = { kind: "unknown", code: "timeout" };
const busy: GatewayOutcome = { kind: "deferred", code: "http_503", retryAfterMs: 7_000 };

test.each<{
  outcome: GatewayOutcome;
  attempts: number;
  idempotent: boolean;
  maybeSent?: boolean;
  becomes: object;
}>([
  {
    outcome: { kind: "accepted" },
    attempts: 1,
    idempotent: false,
    becomes: { status: "sent", error: null, attempted: true },
  },
  {
    outcome: { kind: "rejected", code: "http_422" },
    attempts: 1,
    idempotent: false,
    becomes: { status: "failed", error: "http_422" },
  },
  {
    outcome: { kind: "misconfigured", code: "http_401" },
    attempts: 1,
    idempotent: false,
    becomes: { status: "deferred", attempted: false, postponed: true, delayMs: 1_000 },
  },
  { outcome: lost, attempts: 1, idempotent: false, becomes: { status: "unknown", error: "timeout" } },
  { outcome: lost, attempts: 1, idempotent: true, becomes: { status: "deferred", delayMs: 1_000 } },
  { outcome: lost, attempts: 5, idempotent: true, becomes: { status: "unknown" } },
  {
    outcome: busy,
    attempts: 1,
    idempotent: false,
    becomes: { status: "deferred", delayMs: 7_000, attempted: false, postponed: true },
  },
  {
    outcome: busy,
    attempts: 5,
    idempotent: false,
    becomes: { status: "deferred", error: "http_503", attempted: false, postponed: true },
  },
  {
    outcome: { kind: "rejected", code: "http_409" },
    attempts: 2,
    idempotent: true,
    maybeSent: true,
    becomes: { status: "unknown", error: "http_409" },
  },
])("$outcome.kind at attempt $attempts (idempotent: $idempotent) makes a message $becomes.status", (row) => {
  const past = { attempts: row.attempts - 1, postponed: 0, maybeSent: row.maybeSent ?? false };
  expect(settlementOf("1", row.outcome, past, row.idempotent, 0)).toMatchObject(row.becomes);
});

test("A message whose recipient has opted out is skipped; one that an earlier hand-over may have brought stays unknown", () => {
  expect(notToBeWritten("1", { maybeSent: false })).toMatchObject({
    status: "skipped",
    error: "opted_out",
    attempted: false,
  });
  expect(notToBeWritten("1", { maybeSent: true })).toMatchObject({
    status: "unknown",
    error: null,
    attempted: false,
  });
});
