import { accountOperations } from "./account";
import { apiKeyOperations } from "./api-keys";
import { audienceOperations } from "./audiences";
import { auditOperations } from "./audit";
import { dispatchOperations } from "./dispatches";
import { gatewayOperations } from "./gateways";
import { importOperations } from "./imports";
import { installationOperations } from "./installation";
import { numberRangeOperations } from "./number-ranges";
import type { Operation } from "./operation";
import { operatorOperations } from "./operators";
import { draftOperations, templateOperations } from "./prepared";
import { recipientOperations } from "./recipients";
import { replyOperations } from "./replies";
import { suppressionOperations } from "./suppressions";
import { tagOperations } from "./tags";
import { userOperations } from "./users";
import { viewOperations } from "./views";
import { webhookOperations } from "./webhooks";

/** Every call of the API, in the order of its document. A route imports its own alone. */
export const operations: readonly Operation[] = [
  dispatchOperations,
  draftOperations,
  templateOperations,
  viewOperations,
  operatorOperations,
  numberRangeOperations,
  tagOperations,
  recipientOperations,
  audienceOperations,
  suppressionOperations,
  replyOperations,
  importOperations,
  webhookOperations,
  installationOperations,
  gatewayOperations,
  userOperations,
  apiKeyOperations,
  accountOperations,
  auditOperations,
].flatMap((group) => Object.values<Operation>(group));
