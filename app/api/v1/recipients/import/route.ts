import { routes } from "@/app/api/routes";
import { importStartQuerySchema } from "@/lib/contract/audience/import";
import { json } from "@/lib/http/answers";
import { requireMediaType } from "@/lib/http/body";
import { startImport } from "@/lib/services/audience/import/start-import";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, request, query }) => {
    requireMediaType(request, "text/csv");
    // The import goes on after the answer: GET /api/v1/imports/{id}/ tells how far it is.
    const { file_name: name = null } = query(importStartQuerySchema);
    const { job } = await startImport(ctx, request.body ?? new Response("").body ?? new ReadableStream(), name);
    return json(job, 202, { location: `/api/v1/imports/${job.id}/` });
  },
});
