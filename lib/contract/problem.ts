import { z } from "zod";
import type { FieldError } from "@/lib/domain/errors";
import { hasText } from "./texts";

/** RFC 9457 problem details, flat, with every field error at once. */
export const problemSchema = z.object({
  /** `/docs/errors/<code>`: stable, to be told apart by programs. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  request_id: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string(), code: z.string() })).optional(),
});
export type Problem = z.output<typeof problemSchema>;

/** A JSON pointer (RFC 6901). */
const pointerOf = (path: PropertyKey[]) =>
  path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    input,
  );
}

const isKind = (issue: z.core.$ZodIssue) => issue.code === "invalid_type";

/**
 * What zod found, as codes that have texts. A schema's own message is such a code; for the rest
 * zod's kind of issue decides.
 */
export function fieldErrors(error: z.ZodError, input: unknown): FieldError[] {
  return issueErrors(error.issues, input);
}

function issueErrors(issues: readonly z.core.$ZodIssue[], input: unknown): FieldError[] {
  return issues.flatMap((issue): FieldError[] => {
    const pointer = pointerOf(issue.path);
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ pointer: pointer + pointerOf([key]), code: "unknown_field" }));
    // Of what may be of several kinds, the kind that it is says what is wrong.
    if (issue.code === "invalid_union") {
      const ofKind = issue.errors.find((found) => !found.some((one) => one.path.length === 0 && isKind(one)));
      if (ofKind)
        return issueErrors(
          ofKind.map((one) => ({ ...one, path: [...issue.path, ...one.path] })),
          input,
        );
    }
    // A key of a record is wrong: its own issues say why.
    if (issue.code === "invalid_key") return [{ pointer, code: issue.issues[0]?.message ?? "invalid" }];
    const isMissing =
      issue.code === "invalid_type" && issue.path.length > 0 && valueAt(input, issue.path) === undefined;
    if (isMissing) return [{ pointer, code: "required" }];
    if (hasText(issue.message)) return [{ pointer, code: issue.message }];
    if (issue.code === "invalid_type")
      return [{ pointer, code: hasText(issue.expected) ? issue.expected : "invalid" }];
    return [{ pointer, code: "invalid" }];
  });
}
