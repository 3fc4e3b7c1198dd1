import { readFileSync } from "node:fs";
import { parseAst } from "vitest/node";

export interface SyntaxNode {
  type: string;
  /** Where it begins and ends in the source, in UTF-16 units. */
  start: number;
  end: number;
  [part: string]: unknown;
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof (value as { type?: unknown } | null)?.type === "string";

/** Every node of a file of TypeScript, as ESTree has them. */
export function nodesOf(file: string): { source: string; nodes: SyntaxNode[] } {
  const source = readFileSync(file, "utf8");
  const nodes: SyntaxNode[] = [];
  const visit = (value: unknown) => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    else if (isNode(value)) {
      nodes.push(value);
      for (const part of Object.values(value)) visit(part);
    }
  };
  visit(parseAst(source, { lang: file.endsWith("x") ? "tsx" : "ts" }));
  return { source, nodes };
}
