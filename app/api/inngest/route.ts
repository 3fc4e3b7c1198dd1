import { serve } from "inngest/next";
import { plainRoutes } from "@/app/api/routes";
import { env, publicUrl } from "@/lib/env";
import { HttpError } from "@/lib/http/problem";
import { announce } from "@/lib/inngest/announce";
import { inngest } from "@/lib/inngest/client";
import { createFunctions } from "@/lib/inngest/functions";
import { servedAt } from "@/lib/inngest/serve";
import { openSendingContext } from "@/lib/services/sending/open-sending-context";
import type { SendingContext } from "@/lib/services/sending/sending-context";
import { stopAtStart } from "@/lib/services/sending/stop-at-start";
import { openPost } from "@/lib/services/webhooks/deliver-webhook";

/** Platforms that have only web processes limit how long a request may take. */
const TURN_MS = 10_000;

let opened: SendingContext | undefined;

function sendingContext(): SendingContext {
  // What outlives a turn is waited for: such a process may be frozen as soon as it has answered.
  opened ??= openSendingContext(env(), {
    announce,
    stopping: new AbortController().signal,
    waitUntil: (work) => work,
  });
  return opened;
}

let made: ReturnType<typeof serve> | undefined;

/** Made at the first call, not at import: a build has no settings. */
function handlers() {
  made ??= serve({
    client: inngest,
    functions: createFunctions(sendingContext, {
      turnMs: TURN_MS,
      retentionDays: env().RETENTION_DAYS,
      post: openPost(env()),
    }),
    ...servedAt(env().INNGEST_SERVE_ORIGIN ?? publicUrl(env())),
  });
  return made;
}

let stopped: Promise<void> | undefined;

/**
 * SENDING=stopped, once a process and before its first turn: there is no worker that would see to
 * it. What failed is tried again by the next call.
 */
async function stopFirst(): Promise<void> {
  if (env().SENDING !== "stopped") return;
  stopped ??= stopAtStart(sendingContext()).catch((error) => {
    stopped = undefined;
    throw error;
  });
  await stopped;
}

/**
 * The functions in the web process (WEB_FUNCTIONS=on), for platforms that have only that. Elsewhere
 * the worker has them, and nothing is here.
 */
const when = (method: "GET" | "POST" | "PUT") =>
  plainRoutes(
    {
      [method]: async ({ request }: { request: Request }) => {
        if (env().WEB_FUNCTIONS === "off") throw new HttpError(404, "not-found");
        await stopFirst();
        return handlers()[method](request as never, undefined as never) as Promise<Response>;
      },
    },
    // The engine has no key: it signs what it asks.
    { isPublic: true },
  )[method];

export const GET = when("GET");
export const POST = when("POST");
export const PUT = when("PUT");
