import fc from "fast-check";

type Schema = Record<string, unknown>;

/** What is unlike anything that is expected. */
const odd = fc.oneof(
  fc.constantFrom(null, true, -1, 1e21, "", " ", "\0", "\ud800", "٣", "-1", "0".repeat(3_000), "__proto__", "../..", [], {}, [[]], {
    a: { b: 1 },
  }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.jsonValue(),
);

/** Values that a JSON Schema (the part of 2020-12 that zod makes) describes. What a pattern or a rule of the house asks beyond it may be broken. */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if ("const" in schema) return fc.constant(schema.const);
  const either = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (either) return fc.oneof(...either.map(valuesOf));
  switch (schema.type) {
    case "string":
      return strings(schema);
    case "integer":
      return fc.integer({ min: bound(schema.minimum, -1_000), max: bound(schema.maximum, 1_000_000) });
    case "number":
      return fc.double({ min: bound(schema.exclusiveMinimum ?? schema.minimum, 0), max: 1e6, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(valuesOf((schema.items ?? {}) as Schema), { maxLength: 3 });
    case "object":
      return objects(schema);
    default:
      return odd;
  }
}

const bound = (value: unknown, otherwise: number) => (typeof value === "number" && Math.abs(value) < 1e9 ? value : otherwise);

function strings(schema: Schema): fc.Arbitrary<string> {
  if (schema.format === "uuid") return fc.uuid();
  if (schema.format === "date-time") return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (typeof schema.pattern === "string") return fc.stringMatching(new RegExp(schema.pattern));
  const lengths = { minLength: bound(schema.minLength, 0), maxLength: Math.min(bound(schema.maxLength, 60), 60) };
  return fc.oneof(fc.string({ unit: "grapheme", ...lengths }), fc.constantFrom("UTC", "Europe/Moscow", "2027-01-21T15:26", "+79161234567"));
}

function objects(schema: Schema): fc.Arbitrary<Record<string, unknown>> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  const required = new Set(schema.required as string[] | undefined);
  const fields = Object.fromEntries(properties.map(([name, of]) => [name, valuesOf(of)]));
  const known = fc.record(fields, { requiredKeys: properties.map(([name]) => name).filter((name) => required.has(name)) });
  if (typeof schema.additionalProperties !== "object") return known;
  return fc
    .tuple(known, fc.dictionary(fc.string({ maxLength: 20 }), valuesOf(schema.additionalProperties as Schema), { maxKeys: 3 }))
    .map(([a, b]) => ({ ...a, ...b }));
}

/** Half of what the schema describes, half of it with something broken. */
export function bodiesOf(schema: Schema, example: unknown): fc.Arbitrary<unknown> {
  const good = fc.oneof(fc.constant(example), valuesOf(schema));
  const broken = fc.tuple(good, fc.nat(20), odd, fc.boolean()).map(([value, place, replacement, isAdded]) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return replacement;
    const names = Object.keys(value);
    if (isAdded || names.length === 0) return { ...value, [String(replacement).slice(0, 20) || "x"]: replacement };
    const name = names[place % names.length]!;
    const { [name]: _, ...rest } = value as Record<string, unknown>;
    return replacement === null ? rest : { ...rest, [name]: replacement };
  });
  return fc.oneof(good, broken);
}
