import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { expect, test } from "vitest";
import { nodesOf } from "@/test/support/syntax";

/**
 * The rooms of docs/architecture.md against every import: what a room may import of ours and of
 * packages, in which order the folders of the services stand, that nothing imports itself in a
 * circle, and that no folder grows too large to read.
 */
const document = readFileSync("docs/architecture.md", "utf8");
const FOLDER_FILES_MAX = 40;

interface Room {
  path: string;
  /** Paths of ours that it may import; undefined: all of them. */
  ours: string[] | undefined;
  packages: string[] | undefined;
}

const cells = (row: string) =>
  row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
const list = (cell: string) =>
  cell === "all"
    ? undefined
    : cell
        .replaceAll(/\([^)]*\)/g, "")
        .split(/[,\s]+/)
        .filter(Boolean);

function readRooms(): Room[] {
  const lines = document.split("\n");
  const head = lines.findIndex((line) => line.startsWith("| room | may import of ours |"));
  const rows = lines.slice(head + 2, lines.indexOf("", head));
  return rows.map((row) => {
    const [path, ours, packages] = cells(row);
    return { path: path!, ours: list(ours!), packages: list(packages!) };
  });
}

const rooms = readRooms();
const isWithin = (file: string, path: string) =>
  file === path || file.startsWith(`${path}/`) || file.replace(/\.tsx?$/, "") === path;
/** `lib/*` are the files that stand in lib itself. */
const isOf = (file: string, { path }: Room) =>
  path.endsWith("/*") ? dirname(file) === path.slice(0, -2) : isWithin(file, path);
const roomOf = (file: string) => rooms.find((room) => isOf(file, room));

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts") && existsSync(file));
const known = new Set(files);

function resolve(file: string, name: string): string | undefined {
  const path = name.startsWith("@/") ? name.slice(2) : posix.join(posix.dirname(file), name);
  return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`, `${path}/index.tsx`].find((candidate) =>
    known.has(candidate),
  );
}

const IMPORTS = new Set([
  ...["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration"],
  ...["ImportExpression", "TSImportType"],
]);
const importsOf = new Map(
  files.map((file) => {
    const names = nodesOf(file).nodes.flatMap(({ type, source }) =>
      IMPORTS.has(type) && source ? [(source as { value: unknown }).value] : [],
    );
    return [
      file,
      names.filter((name): name is string => typeof name === "string" && !name.startsWith("node:")),
    ] as const;
  }),
);
const isOurs = (name: string) => name.startsWith("@/") || name.startsWith(".");
const packageOf = (name: string) =>
  name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");

/** What is wrong with an import, and where the thing belongs. */
function faultOf(file: string, room: Room, name: string): string | undefined {
  if (!isOurs(name)) {
    const wanted = packageOf(name);
    if (!room.packages || room.packages.includes(wanted)) return undefined;
    const right = rooms.filter(({ packages }) => packages?.includes(wanted)).map(({ path }) => path);
    return `${file} imports ${wanted}, which ${right.length > 0 ? `is for ${right.join(", ")}` : "no room of the table may import"}`;
  }
  const target = resolve(file, name);
  if (target === undefined || !room.ours || isOf(target, room)) return undefined;
  if (room.ours.some((path) => isWithin(target, path))) return undefined;
  const own = room.ours.length > 0 ? room.ours.join(", ") : "nothing of ours";
  return `${file} imports ${target} of ${roomOf(target)?.path ?? "no room"}; ${room.path} may import ${own}`;
}

const product = files.filter((file) => !/\.test\.tsx?$/.test(file));
const faults = (check: (file: string, name: string) => string | undefined) =>
  product.flatMap((file) => importsOf.get(file)!.flatMap((name) => check(file, name) ?? []));

test("Each file has a room", () => {
  expect(product.filter((file) => !roomOf(file))).toEqual([]);
});

test("Each room imports only what docs/architecture.md lets it import", () => {
  expect(rooms.length).toBeGreaterThan(10);
  expect(faults((file, name) => faultOf(file, roomOf(file)!, name))).toEqual([]);
});

test("The folders of the services import downwards only", () => {
  const [, order] = /^Order of the folders: `([^`]+)`/m.exec(document) ?? [];
  const floors = order!.split("<").map((floor) => floor.split(",").map((name) => name.trim()));
  expect(floors.flat().length).toBe(6);
  const floorOf = (path: string) =>
    floors.findIndex((floor) => floor.some((name) => isWithin(path, `lib/services/${name}`)));
  const folderOf = (path: string) => path.split("/")[2];
  const upwards = faults((file, name) => {
    const target = isOurs(name) ? resolve(file, name) : undefined;
    if (
      !target?.startsWith("lib/services/") ||
      !file.startsWith("lib/services/") ||
      folderOf(file) === folderOf(target)
    )
      return undefined;
    return floorOf(target) >= 0 && floorOf(target) >= floorOf(file) ? `${file} imports ${target}` : undefined;
  });
  expect(upwards).toEqual([]);
});

test("Services know no language: lib/http makes texts of their codes", () => {
  const texts = (file: string, name: string) =>
    isOurs(name) && resolve(file, name)?.startsWith("lib/contract/texts/");
  expect(
    faults((file, name) =>
      file.startsWith("lib/services/") && texts(file, name) ? `${file} imports ${name}` : undefined,
    ),
  ).toEqual([]);
});

test("Nothing imports itself in a circle", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: string[]) => {
    const at = way.indexOf(file);
    if (at >= 0) circles.push([...way.slice(at), file].join(" → "));
    if (at >= 0 || done.has(file)) return;
    for (const name of importsOf.get(file)!) {
      const target = isOurs(name) ? resolve(file, name) : undefined;
      if (target) visit(target, [...way, file]);
    }
    done.add(file);
  };
  for (const file of product) visit(file, []);
  expect(circles).toEqual([]);
});

test("Folders are named from the root, and files beside one another by ./", () => {
  expect(faults((file, name) => (name.startsWith("../") ? `${file} imports ${name}` : undefined))).toEqual(
    [],
  );
});

test(`No folder has more than ${FOLDER_FILES_MAX} files of source`, () => {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > FOLDER_FILES_MAX)).toEqual([]);
});
