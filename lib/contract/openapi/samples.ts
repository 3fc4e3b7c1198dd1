import { type Operation, parametersOf, pathParameters } from "@/lib/contract/operations/operation";
import { schemaObject } from "./document";

/** The path with an example of each parameter, and with those of the query that it needs. */
export function exampleAddress({ path, query }: Operation): string {
  const filled = parametersOf(path).reduce(
    (text, name) => text.replace(`{${name}}`, encodeURIComponent(pathParameters[name]!.example)),
    path,
  );
  const { properties = {}, required = [] } = (query ? schemaObject(query, "input") : {}) as {
    properties?: Record<string, { examples?: string[] }>;
    required?: string[];
  };
  const terms = new URLSearchParams(required.map((name) => [name, properties[name]!.examples![0]!]));
  return terms.size > 0 ? `${filled}?${terms}` : filled;
}

const exampleBody = ({ body }: Operation): string | null =>
  body && "example" in body ? JSON.stringify(body.example, null, 2) : null;

const indented = (text: string, by: string) => text.replaceAll("\n", `\n${by}`);

/** How to call an operation, by language. `origin` is where this Carillon is. */
export const samples: Record<string, (operation: Operation, origin: string) => string> = {
  curl(operation, origin) {
    const body = exampleBody(operation);
    const lines = [
      `curl -X ${operation.method.toUpperCase()} '${origin}${exampleAddress(operation)}'`,
      `-H "Authorization: Bearer $CARILLON_KEY"`,
    ];
    if (operation.headers?.includes("Idempotency-Key")) lines.push('-H "Idempotency-Key: $(uuidgen)"');
    // A single quote ends the text, stands escaped on its own, and begins it again.
    if (body) lines.push("-H 'Content-Type: application/json'", `-d '${body.replaceAll("'", `'\\''`)}'`);
    if (operation.body && "file" in operation.body)
      lines.push(`-H 'Content-Type: ${operation.body.file}'`, "--data-binary @recipients.csv");
    return lines.join(" \\\n  ");
  },
  TypeScript(operation, origin) {
    const body = exampleBody(operation);
    const headers = ["Authorization: `Bearer $" + "{key}`"];
    if (operation.headers?.includes("Idempotency-Key"))
      headers.push('"Idempotency-Key": crypto.randomUUID()');
    if (body) headers.push('"Content-Type": "application/json"');
    return [
      `const response = await fetch("${origin}${exampleAddress(operation)}", {`,
      `  method: "${operation.method.toUpperCase()}",`,
      `  headers: { ${headers.join(", ")} },`,
      ...(body ? [`  body: JSON.stringify(${indented(body, "  ")}),`] : []),
      "});",
      "if (!response.ok) throw new Error((await response.json()).detail);",
    ].join("\n");
  },
  Python(operation, origin) {
    const { body } = operation;
    const literal =
      body && "example" in body
        ? `json.loads("""${JSON.stringify(body.example, null, 2).replaceAll("\\", "\\\\")}""")`
        : null;
    return [
      "import json, os, urllib.request",
      "",
      `request = urllib.request.Request("${origin}${exampleAddress(operation)}", method="${operation.method.toUpperCase()}")`,
      `request.add_header("Authorization", f"Bearer {os.environ['CARILLON_KEY']}")`,
      ...(literal
        ? [
            'request.add_header("Content-Type", "application/json")',
            `request.data = json.dumps(${literal}).encode()`,
          ]
        : []),
      "with urllib.request.urlopen(request) as response:",
      "    print(response.status, response.read().decode())",
    ].join("\n");
  },
};
