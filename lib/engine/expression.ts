// The part of CEL that the engine understands. What lies outside is refused when a function is
// registered, never guessed at a run.

type Scope = Record<string, unknown>;
type Operand = { path: string } | { literal: string | number | boolean | null };

const PATH = /^(?:event|async)(?:\.[A-Za-z_]\w*)+$/;

export class UnsupportedExpression extends Error {
  constructor(expression: string, allowed: string) {
    super(`the expression \`${expression}\` (the embedded engine understands ${allowed})`);
  }
}

/**
 * The value at a dotted path such as `event.data.lane`; undefined when any part of it is missing.
 */
export function valueAt(scope: Scope, path: string): unknown {
  let value: unknown = scope;
  for (const part of path.split(".")) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) return undefined;
    value = (value as Scope)[part];
  }
  return value;
}

/**
 * Compiles comparisons (`==`, `!=`) of paths and literals joined by `&&`. A missing path makes the
 * whole condition false, as a CEL error does.
 */
export function compileCondition(expression: string): (scope: Scope) => boolean {
  const terms = splitOutsideQuotes(expression, "&&").map((term) => {
    const operator = splitOutsideQuotes(term, "!=").length === 2 ? "!=" : "==";
    const sides = splitOutsideQuotes(term, operator);
    const [left, right] = [parseOperand(sides[0] ?? ""), parseOperand(sides[1] ?? "")];
    if (sides.length !== 2 || !left || !right)
      throw new UnsupportedExpression(expression, "==, != and && of paths and literals");
    return { operator, left, right };
  });
  return (scope) =>
    terms.every(({ operator, left, right }) => {
      const [a, b] = [evaluate(left, scope), evaluate(right, scope)];
      if (a === undefined || b === undefined) return false;
      return (JSON.stringify(a) === JSON.stringify(b)) === (operator === "==");
    });
}

/** Compiles a key: paths and string literals joined by `+`. Missing values count as `null`. */
export function compileKey(expression: string): (scope: Scope) => string {
  const operands = splitOutsideQuotes(expression, "+").map(parseOperand);
  if (operands.some((operand) => !operand))
    throw new UnsupportedExpression(expression, "paths and strings joined by +");
  return (scope) =>
    operands
      .map((operand) => evaluate(operand!, scope) ?? null)
      .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
      .join("");
}

/** Reads `event.<a> == async.<b>` (what the SDK makes of `match`) into its two paths. */
export function parseMatch(expression: string): { event: string; async: string } {
  const paths = expression.split("==").map((side) => side.trim());
  const event = paths.find((path) => path.startsWith("event."));
  const async = paths.find((path) => path.startsWith("async."));
  if (paths.length !== 2 || !event || !async || !PATH.test(event) || !PATH.test(async))
    throw new UnsupportedExpression(expression, "event.<path> == async.<path>");
  return { event, async };
}

function evaluate(operand: Operand, scope: Scope): unknown {
  return "path" in operand ? valueAt(scope, operand.path) : operand.literal;
}

function parseOperand(source: string): Operand | undefined {
  const text = source.trim();
  if (PATH.test(text)) return { path: text };
  const quoted = text.match(/^'([^'\\]*)'$|^"([^"\\]*)"$/);
  if (quoted) return { literal: quoted[1] ?? quoted[2] ?? "" };
  if (/^-?\d+(\.\d+)?$/.test(text)) return { literal: Number(text) };
  if (text === "true" || text === "false") return { literal: text === "true" };
  return text === "null" ? { literal: null } : undefined;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [""];
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quote) quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (text.startsWith(separator, i)) {
      parts.push("");
      i += separator.length - 1;
      continue;
    }
    parts[parts.length - 1] += char;
  }
  return parts;
}
