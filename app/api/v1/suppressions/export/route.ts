import { routes } from "@/app/api/routes";
import { suppressionOperations } from "@/lib/contract/operations/suppressions";
import { handle } from "@/lib/http/operations";
import { exportSuppressions } from "@/lib/services/audience/list-suppressions";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(suppressionOperations.exportSuppressions, ({ ctx, query }) => exportSuppressions(ctx, query)),
);
