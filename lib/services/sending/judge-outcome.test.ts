import { expect, test } from "vitest";
import { type Breaker, closedBreaker, isTripped, untriedBreaker } from "@/lib/domain/breaker";
import { type GatewayOutcome, judgeOutcome } from "./judge-outcome";

const accepted: GatewayOutcome = { kind: "accepted" };
const rejected = (code: string): GatewayOutcome => ({ kind: "rejected", code });
const misconfigured = (code: string): GatewayOutcome => ({ kind: "misconfigured", code });

/** What becomes of the outcomes, one after the other, and of the breaker. */
function judgeAll(outcomes: GatewayOutcome[], from: Breaker = untriedBreaker, maybeSent = false) {
  let breaker = from;
  const judged = outcomes.map((outcome) => {
    const result = judgeOutcome(breaker, outcome, { nowMs: 1_000, handedOverMs: 1_000, maybeSent });
    breaker = result.breaker;
    return result.outcome;
  });
  return { breaker, judged, isTripped: isTripped(breaker, 1_000) };
}
const times = (n: number, outcome: GatewayOutcome): GatewayOutcome[] => Array(n).fill(outcome);

test("Twenty refusals alike open the breaker with their code, and are no fault of the messages from there on", () => {
  expect(judgeAll(times(19, rejected("http_400"))).isTripped).toBe(false);
  const { breaker, judged, isTripped } = judgeAll(times(25, rejected("http_400")));
  expect(isTripped).toBe(true);
  expect(breaker.reason).toBe("http_400");
  expect(judged.slice(19)).toEqual(times(6, misconfigured("http_400")));
});

test.each([
  ["one that was taken", [...times(19, rejected("http_400")), accepted, ...times(19, rejected("http_400"))]],
  [
    "another code",
    [...times(19, rejected("http_400")), rejected("http_422"), ...times(19, rejected("http_400"))],
  ],
])("%s begins the count anew", (_, outcomes) => {
  expect(judgeAll(outcomes).isTripped).toBe(false);
});

test("What was put off, or refused for its number's sake, does not hide that the others are refused alike", () => {
  const mixed = times(20, rejected("http_400")).flatMap((one): GatewayOutcome[] => [
    one,
    rejected("twilio_21614"),
    { kind: "deferred", code: "http_429" },
  ]);
  expect(judgeAll(mixed.slice(0, -2)).breaker.reason).toBe("http_400");
});

test.each(["twilio_21211", "twilio_21614", "twilio_21610", "twilio_21217", "unknown_subscriber"])(
  "However often, %s is about numbers: it opens nothing, fails each of them, and closes nothing",
  (code) => {
    const { judged, isTripped } = judgeAll(times(1_000, rejected(code)));
    expect(isTripped).toBe(false);
    expect(judged).toEqual(times(1_000, rejected(code)));
    const refusing = judgeAll([misconfigured("twilio_21609")]).breaker;
    expect(judgeAll([rejected(code)], refusing).breaker).toEqual(refusing);
  },
);

test("A repeat that may have been taken says nothing of the gateway by its refusal", () => {
  expect(judgeAll(times(100, rejected("http_409")), closedBreaker, true)).toMatchObject({
    isTripped: false,
    judged: times(100, rejected("http_409")),
  });
});

test("What holds for some numbers only is our fault until something is taken, then those numbers'", () => {
  const route = misconfigured("twilio_21408");
  expect(judgeAll([route])).toMatchObject({ isTripped: true, judged: [route] });
  expect(judgeAll([accepted, route])).toMatchObject({
    isTripped: false,
    judged: [accepted, rejected("twilio_21408")],
  });
  // And ours again, when nothing else comes.
  expect(judgeAll([accepted, ...times(20, route)])).toMatchObject({
    isTripped: true,
    breaker: { reason: "twilio_21408" },
  });
});

test("One that is taken closes it", () => {
  const { breaker } = judgeAll([...times(20, rejected("http_400")), accepted]);
  expect(breaker).toEqual(closedBreaker);
});
