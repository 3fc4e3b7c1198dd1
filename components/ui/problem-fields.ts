import type { FieldValues, Path, UseFormSetError } from "react-hook-form";
import { useFailureText } from "@/components/ui/failure";
import { ProblemError } from "@/lib/web/client";

/**
 * Returns a function that shows the server's errors at the fields of their first path segment
 * (`/tags/0` at `tags`), and all others at the form as a whole.
 */
export function useShowProblem<T extends FieldValues>(
  setError: UseFormSetError<T>,
  fields: readonly Path<T>[],
): (error: Error) => void {
  const textOf = useFailureText();
  return (error) => {
    const errors = error instanceof ProblemError ? (error.problem.errors ?? []) : [];
    const rest: string[] = errors.length === 0 ? [textOf(error)] : [];
    let isFirst = true;
    for (const { pointer, detail } of errors) {
      const field = fields.find((name) => name === pointer.split("/")[1]);
      if (!field) rest.push(detail);
      else {
        setError(field, { message: detail }, { shouldFocus: isFirst });
        isFirst = false;
      }
    }
    if (rest.length > 0) setError("root", { message: rest.join(" ") });
  };
}
