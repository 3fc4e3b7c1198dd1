import { routes } from "@/app/api/routes";
import { suppressionOperations } from "@/lib/contract/operations/suppressions";
import { handle } from "@/lib/http/operations";
import { deleteSuppression } from "@/lib/services/audience/suppress-phone";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(suppressionOperations.deleteSuppression, ({ ctx, phone }) => deleteSuppression(ctx, phone)),
);
