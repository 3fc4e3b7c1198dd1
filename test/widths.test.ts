import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";

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
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
    const lines = source.text.split("\n");
    const visit = (node: ts.Node) => {
      if (ts.isTaggedTemplateExpression(node)) {
        const [first, last] = [node.template.getStart(source), node.template.end].map(
          (at) => source.getLineAndCharacterOfPosition(at).line,
        );
        for (let at = first!; at <= last!; at++)
          if (width(lines[at]!) > SQL_MAX) wide.push(`${file}:${at + 1}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect([...new Set(wide)]).toEqual([]);
});
