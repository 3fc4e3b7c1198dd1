import fc from "fast-check";
import { openApiDocument } from "@/lib/contract/openapi/document";

type Schema = Record<string, unknown>;

/** What is unlike anything that is expected. */
const odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    -1,
    1e21,
    "",
    " ",
    "\0",
    "\ud800",
    "٣",
    "-1",
    "0".repeat(3_000),
    "__proto__",
    "../..",
    [],
    {},
    [[]],
    {
      a: { b: 1 },
    },
  ),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.jsonValue(),
);

/** What `$ref` names. */
const components = openApiDocument("0.0.0").components as { schemas: Record<string, Schema> };
const resolved = (schema: Schema): Schema =>
  typeof schema.$ref === "string" ? components.schemas[schema.$ref.split("/").at(-1)!]! : schema;

/** Values that a JSON Schema (the part of 2020-12 that zod makes) describes, and no others. */
export function valuesOf(given: Schema): fc.Arbitrary<unknown> {
  return anyOf(given).filter((value) => isAllowed(given, value));
}

function anyOf(given: Schema): fc.Arbitrary<unknown> {
  const schema = resolved(given);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...(schema.anyOf as Schema[]).map(anyOf));
  const types = [schema.type].flat() as string[];
  return types.length > 1
    ? fc.oneof(...types.map((type) => anyOf({ ...schema, type })))
    : ofType(types[0], schema);
}

function ofType(type: string | undefined, schema: Schema): fc.Arbitrary<unknown> {
  switch (type) {
    case "string":
      return strings(schema);
    case "integer":
      return fc.maxSafeInteger().chain((any) => fc.constantFrom(any, ...bounds(schema), 1));
    case "number":
      return fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .chain((any) => fc.constantFrom(any, any % 1_000, ...bounds(schema)));
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(anyOf((schema.items ?? {}) as Schema), { maxLength: 3 });
    case "object":
      return objects(schema);
    default:
      return odd;
  }
}

const bounds = ({ minimum, maximum }: Schema) =>
  [minimum, maximum].filter((bound) => typeof bound === "number");

/**
 * Short ones, and ones of the greatest length that there may be, of characters that take two of
 * JavaScript's.
 */
function strings({ format, pattern, minLength = 0, maxLength }: Schema): fc.Arbitrary<string> {
  const key = JSON.stringify([format, pattern, minLength, maxLength]);
  const made = stringsMade.get(key) ?? makeStrings({ format, pattern, minLength, maxLength });
  stringsMade.set(key, made);
  return made;
}

/** To make one takes longer than to draw from it, and most operations have the same. */
const stringsMade = new Map<string, fc.Arbitrary<string>>();

function makeStrings({ format, pattern, minLength = 0, maxLength }: Schema): fc.Arbitrary<string> {
  if (pattern === undefined && format === "uuid") return fc.uuid();
  const max = typeof maxLength === "number" ? maxLength : 60;
  const any = fc.string({
    unit: "binary",
    minLength: minLength as number,
    maxLength: Math.min(max, (minLength as number) + 30),
  });
  if (typeof pattern !== "string") return fc.oneof(any, fc.constant("😀".repeat(max)));
  const matching = fc.stringMatching(new RegExp(pattern, "u"));
  const dates = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  return fc
    .oneof(matching, any, fc.constant("😀".repeat(max)), ...(pattern.includes("-02-29") ? [dates] : []))
    .filter((text) => new RegExp(pattern, "u").test(text));
}

function objects(schema: Schema): fc.Arbitrary<Record<string, unknown>> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  const required = new Set(schema.required as string[] | undefined);
  const fields = Object.fromEntries(properties.map(([name, of]) => [name, anyOf(of)]));
  const known = fc.record(fields, {
    requiredKeys: properties.map(([name]) => name).filter((name) => required.has(name)),
  });
  const choices = (schema.oneOf as Schema[] | undefined)?.map((one) => ({
    ...schema,
    oneOf: undefined,
    ...one,
    properties: only(schema, one),
  }));
  if (choices) return fc.oneof(...choices.map(objects));
  if (typeof schema.additionalProperties !== "object") return known;
  const names = anyOf((schema.propertyNames ?? { type: "string" }) as Schema) as fc.Arbitrary<string>;
  return fc.dictionary(names, anyOf(schema.additionalProperties as Schema), { maxKeys: 3 });
}

/** The properties that one of several shapes leaves. */
const only = ({ properties }: Schema, { properties: changed = {} }: Schema) =>
  Object.fromEntries(
    Object.entries(properties as Schema).filter(([name]) => (changed as Schema)[name] !== false),
  );

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isOfType: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  array: Array.isArray,
  object: isObject,
};

/** Does a JSON Schema allow a value? */
export function isAllowed(given: Schema | boolean, value: unknown): boolean {
  if (typeof given === "boolean") return given;
  const schema = resolved(given);
  const all = schema as Record<string, never>;
  const types = schema.type === undefined ? null : ([schema.type].flat() as string[]);
  if (types && !types.some((type) => isOfType[type]!(value))) return false;
  if (all.enum && !(all.enum as unknown[]).includes(value)) return false;
  if (all.anyOf && !(all.anyOf as Schema[]).some((one) => isAllowed(one, value))) return false;
  if (all.oneOf && (all.oneOf as Schema[]).filter((one) => isAllowed(one, value)).length !== 1) return false;
  if (all.not && isAllowed(all.not, value)) return false;
  if (typeof value === "string") {
    const length = [...value].length;
    if (length < (all.minLength ?? 0) || length > (all.maxLength ?? Infinity)) return false;
    return !all.pattern || new RegExp(all.pattern, "u").test(value);
  }
  if (typeof value === "number")
    return value >= (all.minimum ?? -Infinity) && value <= (all.maximum ?? Infinity);
  if (Array.isArray(value)) {
    if (value.length < (all.minItems ?? 0) || value.length > (all.maxItems ?? Infinity)) return false;
    return value.every((item) => isAllowed(all.items ?? true, item));
  }
  if (!isObject(value)) return true;
  const names = Object.keys(value);
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  if (names.length > (all.maxProperties ?? Infinity)) return false;
  if ((schema.required as string[] | undefined)?.some((name) => !Object.hasOwn(value, name))) return false;
  for (const [name, others] of Object.entries((schema.dependentRequired ?? {}) as Record<string, string[]>))
    if (names.includes(name) && !others.every((other) => names.includes(other))) return false;
  return names.every(
    (name) =>
      isAllowed(all.propertyNames ?? true, name) &&
      isAllowed(
        Object.hasOwn(properties, name) ? properties[name]! : (all.additionalProperties ?? true),
        value[name],
      ),
  );
}

/** Half of what the schema describes, half of it with something broken. */
export function bodiesOf(schema: Schema, example: unknown): fc.Arbitrary<unknown> {
  return fc.oneof(fc.constant(example), valuesOf(schema), brokenOf(schema, example));
}

/** What the schema describes with something broken, which may still be what it describes. */
export function brokenOf(schema: Schema, example: unknown): fc.Arbitrary<unknown> {
  const good = fc.oneof(fc.constant(example), valuesOf(schema));
  return fc.tuple(good, fc.nat(20), odd, fc.boolean()).map(([value, place, replacement, isAdded]) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return replacement;
    const names = Object.keys(value);
    if (isAdded || names.length === 0)
      return { ...value, [String(replacement).slice(0, 20) || "x"]: replacement };
    const name = names[place % names.length]!;
    const { [name]: _, ...rest } = value as Record<string, unknown>;
    return replacement === null ? rest : { ...rest, [name]: replacement };
  });
}
