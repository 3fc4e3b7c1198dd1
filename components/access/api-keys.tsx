"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/dialog";
import { cellClass, EmptyList, headClass, ListSkeleton, Unreadable } from "@/components/ui/list-states";
import { useFailureNotice, useNotice } from "@/components/ui/notice";
import { Instant, useTimed, useViewerZone } from "@/components/ui/use-zoned";
import type { ApiKey, NewApiKey } from "@/lib/contract/access/api-key";
import { apiKeysQuery } from "@/lib/web/access-queries";
import { call } from "@/lib/web/client";
import { SecretOnce } from "./secret-once";

const KeyDialog = dynamic(() => import("./key-dialog"), { ssr: false });

/** What programs sign in with. */
export function ApiKeys() {
  const t = useTranslations("settings");
  const client = useQueryClient();
  const notify = useNotice();
  const { data, isError, refetch } = useQuery(apiKeysQuery);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<NewApiKey | null>(null);
  const [toDelete, setToDelete] = useState<ApiKey | null>(null);
  const revoke = useMutation({
    mutationFn: (id: string) => call<void>("DELETE", `api-keys/${id}/`),
    onSuccess: () => notify({ text: t("revoked"), tone: "good" }),
    onError: useFailureNotice(),
    onSettled: () => {
      setToDelete(null);
      return client.invalidateQueries({ queryKey: ["api-keys"] });
    },
  });
  return (
    <section aria-labelledby="keys" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="keys">{t("keys")}</h2>
        <Button onClick={() => setMaking(true)}>
          <Plus size={15} aria-hidden />
          {t("new_key")}
        </Button>
      </div>
      {made && (
        <SecretOnce label={t("key_named", { name: made.name })} explain={t("key_explain")} secret={made.key} onDone={() => setMade(null)} />
      )}
      {isError && !data ? (
        <Unreadable onRetry={() => refetch()} />
      ) : !data ? (
        <ListSkeleton />
      ) : data.items.length === 0 ? (
        <EmptyList text={t("no_keys")} />
      ) : (
        <KeyTable keys={data.items} onRevoke={setToDelete} />
      )}
      {isMaking && (
        <KeyDialog
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMade(key);
            setMaking(false);
            void client.invalidateQueries({ queryKey: ["api-keys"] });
          }}
        />
      )}
      <ConfirmDialog
        title={t("revoke_title", { name: toDelete?.name ?? "" })}
        isOpen={toDelete !== null}
        onClose={() => setToDelete(null)}
        confirm={{ label: t("revoke"), isDanger: true, isPending: revoke.isPending, run: () => toDelete && revoke.mutate(toDelete.id) }}
      >
        <p className="text-soft">{t("revoke_explain")}</p>
      </ConfirmDialog>
    </section>
  );
}

function KeyTable({ keys, onRevoke }: { keys: ApiKey[]; onRevoke: (key: ApiKey) => void }) {
  const t = useTranslations("settings");
  const format = useFormatter();
  const timed = useTimed();
  const timezone = useViewerZone() ?? "UTC";
  const stateOf = ({ revoked_at, expires_at }: ApiKey) => {
    if (revoked_at) return t.rich("was_revoked", timed(revoked_at, timezone));
    if (!expires_at) return t("no_expiry");
    return t.rich(Date.parse(expires_at) > Date.now() ? "expires" : "expired", timed(expires_at, timezone));
  };
  return (
    <div className="overflow-x-auto rounded-card border border-line bg-surface">
      <table className="w-full border-collapse">
        <caption className="sr-only">{t("keys")}</caption>
        <thead>
          <tr>
            <th scope="col" className={headClass}>
              {t("key")}
            </th>
            <th scope="col" className={headClass}>
              {t("scopes")}
            </th>
            <th scope="col" className={`${headClass} hidden md:table-cell`}>
              {t("last_used")}
            </th>
            <th scope="col" className={`${headClass} hidden md:table-cell`}>
              {t("state")}
            </th>
            <th scope="col" className={headClass}>
              <span className="sr-only">{t("actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id} className={`border-line border-b last:border-0 hover:bg-raised ${key.revoked_at ? "text-soft" : ""}`}>
              <th scope="row" className={`${cellClass} text-left font-medium`}>
                {key.name}
                <span className="block font-mono font-normal text-[0.85rem] text-soft">{key.prefix}…</span>
                <span className="block font-normal text-[0.9rem] text-soft md:hidden">{stateOf(key)}</span>
              </th>
              <td className={cellClass}>
                {key.scopes.join(", ")}
                {key.daily_recipients !== null && (
                  <span className="block text-[0.9rem] text-soft">{t("ceiling_of", { count: format.number(key.daily_recipients) })}</span>
                )}
              </td>
              <td className={`${cellClass} hidden text-soft md:table-cell`}>
                {key.last_used_at ? <Instant at={key.last_used_at} zone={timezone} /> : t("never")}
              </td>
              <td className={`${cellClass} hidden text-soft md:table-cell`}>{stateOf(key)}</td>
              <td className="whitespace-nowrap py-1 pr-2 text-right">
                {!key.revoked_at && (
                  <Button variant="alarm" aria-label={t("revoke_named", { name: key.name })} onClick={() => onRevoke(key)}>
                    {t("revoke")}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
