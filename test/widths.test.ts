import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { nodesOf, type SyntaxNode } from "@/test/support/syntax";

/**
 * What the formatter leaves alone: comments, and SQL in templates. Widths are in characters. Long
 * texts, and the reasons of suppressed lints, may stand on one line.
 */
const COMMENT_MAX = 100;
const SQL_MAX = 110;

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => /\.(tsx?|css)$/.test(file) && !file.endsWith(".d.ts") && existsSync(file));
const width = (line: string) => [...line].length;

test(`No comment is wider than ${COMMENT_MAX} columns`, () => {
  const wide = files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, index) =>
        /^\s*(\/\/|\/?\*)/.test(line) && !line.includes("biome-ignore") && width(line) > COMMENT_MAX
          ? `${file}:${index + 1}`
          : [],
      ),
  );
  expect(wide).toEqual([]);
});

test(`No line of the product's SQL is wider than ${SQL_MAX} columns`, () => {
  const wide: string[] = [];
  for (const file of files.filter((name) => /^(db|lib)\/.*\.ts$/.test(name) && !name.endsWith(".test.ts"))) {
    const { source, nodes } = nodesOf(file);
    const lines = source.split("\n");
    const lineOf = (at: number) => source.slice(0, at).split("\n").length - 1;
    for (const { type, quasi } of nodes) {
      if (type !== "TaggedTemplateExpression") continue;
      const { start, end } = quasi as SyntaxNode;
      for (let at = lineOf(start); at <= lineOf(end); at++)
        if (width(lines[at]!) > SQL_MAX) wide.push(`${file}:${at + 1}`);
    }
  }
  expect([...new Set(wide)]).toEqual([]);
});
