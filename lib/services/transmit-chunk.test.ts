import { expect, test } from "vitest";
import { type GatewayOutcome, settlementOf } from "./transmit-chunk";

const lost: GatewayOutcome = { kind: "unknown", code: "timeout" };
const busy: GatewayOutcome = { kind: "deferred", code: "http_503", retryAfterMs: 7_000 };

test.each<{ outcome: GatewayOutcome; attempts: number; idempotent: boolean; unsure?: boolean; becomes: object }>([
  { outcome: { kind: "accepted" }, attempts: 1, idempotent: false, becomes: { status: "sent", error: null, attempted: true } },
  { outcome: { kind: "rejected", code: "http_422" }, attempts: 1, idempotent: false, becomes: { status: "failed", error: "http_422" } },
  {
    outcome: { kind: "misconfigured", code: "http_401" },
    attempts: 1,
    idempotent: false,
    becomes: { status: "deferred", attempted: false },
  },
  { outcome: lost, attempts: 1, idempotent: false, becomes: { status: "unknown", error: "timeout" } },
  { outcome: lost, attempts: 1, idempotent: true, becomes: { status: "deferred", delayMs: 1_000 } },
  { outcome: lost, attempts: 5, idempotent: true, becomes: { status: "unknown" } },
  { outcome: busy, attempts: 1, idempotent: false, becomes: { status: "deferred", delayMs: 7_000, attempted: true } },
  { outcome: busy, attempts: 5, idempotent: false, becomes: { status: "failed", error: "http_503" } },
  {
    outcome: { kind: "rejected", code: "http_409" },
    attempts: 2,
    idempotent: true,
    unsure: true,
    becomes: { status: "unknown", error: "http_409" },
  },
])("$outcome.kind at attempt $attempts (idempotent: $idempotent) makes a message $becomes.status", (row) => {
  expect(settlementOf("1", row.outcome, row.attempts, row.idempotent, 0, row.unsure)).toMatchObject(row.becomes);
});
