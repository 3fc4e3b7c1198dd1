import { routes } from "@/app/api/routes";
import { textOf } from "@/lib/contract/texts";
import { file } from "@/lib/http/answers";
import { exportImportErrors } from "@/lib/services/audience/import/export-import-errors";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id, locale }) =>
    file({ format: "csv", body: await exportImportErrors(ctx, id("import"), (code, params) => textOf(locale, code, params)) }, "errors"),
});
