import { ProblemError } from "@/lib/web/client";

/** The error of a search, if the server refused it. */
export const wrongQueryOf = (error: unknown): string | undefined =>
  error instanceof ProblemError ? error.problem.errors?.[0]?.detail : undefined;

/** Shows that error. The search input refers to it by `aria-describedby`. */
export function WrongQuery({ children }: { children: string }) {
  return (
    <p id="wrong-query" role="alert" className="text-bad">
      {children}
    </p>
  );
}
