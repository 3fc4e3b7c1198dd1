import type { FieldValues, Path, UseFormSetError } from "react-hook-form";
import { ProblemError } from "@/lib/web/client";

/**
 * Puts what the server found on the fields it names by their first step, `/tags/0` on `tags`; the
 * rest on the form as a whole.
 */
export function showProblem<T extends FieldValues>(
  error: unknown,
  fields: readonly Path<T>[],
  setError: UseFormSetError<T>,
): void {
  const errors = error instanceof ProblemError ? (error.problem.errors ?? []) : [];
  const rest: string[] = [];
  let isFirst = true;
  for (const { pointer, detail } of errors) {
    const field = fields.find((name) => name === pointer.split("/")[1]);
    if (!field) rest.push(detail);
    else {
      setError(field, { message: detail }, { shouldFocus: isFirst });
      isFirst = false;
    }
  }
  if (errors.length === 0) rest.push(error instanceof Error ? error.message : String(error));
  if (rest.length > 0) setError("root", { message: rest.join(" ") });
}
