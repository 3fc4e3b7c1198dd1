import { expect, test } from "vitest";
import {
  dispatchMoves,
  dispatchStatuses,
  dispatchStatusesBefore,
  isFinished,
  messageMoves,
  messageStatuses,
  messageStatusesBefore,
} from "./lifecycle";

test("A dispatch moves only as the table says: what is expired or cancelled stays so, completed runs again by retry-failed alone", () => {
  expect(dispatchMoves.expired).toEqual([]);
  expect(dispatchMoves.cancelled).toEqual([]);
  expect(dispatchMoves.completed).toEqual(["running"]);
  expect(dispatchStatusesBefore("running")).toEqual(["scheduled", "paused", "completed"]);
  expect(dispatchStatuses.filter(isFinished)).toEqual(["completed", "expired", "cancelled"]);
});

test("A final state of a message never goes back", () => {
  for (const status of ["delivered", "undelivered", "expired", "skipped", "cancelled"] as const)
    expect(messageMoves[status]).toEqual([]);
});

test("A message is never resent blindly: only what is deferred is sent again, and unknown leaves by a receipt alone", () => {
  expect(messageStatusesBefore("sending")).toEqual(["deferred"]);
  expect(messageMoves.unknown).toEqual(["sent", "delivered", "undelivered"]);
  expect(messageStatusesBefore("deferred")).toEqual(["sending", "failed"]);
});

test("The guards of statements are the table read backwards", () => {
  for (const to of messageStatuses) {
    for (const from of messageStatuses)
      expect(messageStatusesBefore(to).includes(from)).toBe(messageMoves[from].includes(to));
  }
});
