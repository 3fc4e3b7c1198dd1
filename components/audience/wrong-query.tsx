import { ProblemError } from "@/lib/web/client";

/** What is wrong with what was looked for. */
export const wrongQueryOf = (error: unknown): string | undefined =>
  error instanceof ProblemError ? error.problem.errors?.[0]?.detail : undefined;

/** A search input names it by `aria-describedby`. */
export function WrongQuery({ children }: { children: string }) {
  return (
    <p id="wrong-query" role="alert" className="text-bad">
      {children}
    </p>
  );
}
