"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { useFormatter, useTranslations } from "next-intl";
import { Fragment, useState } from "react";
import { Button } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { ConfirmDialog } from "@/components/ui/dialog";
import { useFailureNotice, useNotice } from "@/components/ui/notice";
import { Instant, useTimed, useViewerZone } from "@/components/ui/use-zoned";
import type { ApiKey, NewApiKey } from "@/lib/contract/access/api-key";
import { apiKeysQuery } from "@/lib/web/access-queries";
import { call } from "@/lib/web/client";
import { refreshQueries } from "@/lib/web/refresh";
import { SecretOnce } from "./secret-once";

const KeyDialog = dynamic(() => import("./key-dialog"), { ssr: false });

/** The API keys, by which programs sign in. */
export function ApiKeys() {
  const t = useTranslations("settings");
  const client = useQueryClient();
  const notify = useNotice();
  const format = useFormatter();
  const timed = useTimed();
  const timezone = useViewerZone() ?? "UTC";
  const keys = useQuery(apiKeysQuery);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<NewApiKey | null>(null);
  const [toDelete, setToDelete] = useState<ApiKey | null>(null);
  const revoke = useMutation({
    mutationFn: (id: string) => call<void>("DELETE", `api-keys/${id}/`),
    onSuccess: () => notify({ text: t("revoked"), tone: "good" }),
    onError: useFailureNotice(),
    onSettled: () => {
      setToDelete(null);
      return refreshQueries(client, ["api-keys"]);
    },
  });
  const stateOf = ({ revoked_at, expires_at }: ApiKey) => {
    if (revoked_at) return t.rich("was_revoked", timed(revoked_at, timezone));
    if (!expires_at) return t("no_expiry");
    return t.rich(Date.parse(expires_at) > Date.now() ? "expires" : "expired", timed(expires_at, timezone));
  };
  const mayOf = ({ scopes, daily_recipients }: ApiKey) => (
    <>
      {scopes.map((scope, index) => (
        <Fragment key={scope}>
          {index > 0 && ", "}
          <span title={t(`scope.${scope.replace(":", "_")}`)}>{scope}</span>
        </Fragment>
      ))}
      {daily_recipients !== null && (
        <span className="block text-[0.9rem] text-soft">
          {t("ceiling_of", { count: format.number(daily_recipients) })}
        </span>
      )}
    </>
  );
  const columns: Column<ApiKey>[] = [
    {
      head: t("key"),
      kind: "name",
      cell: (key) => (
        <>
          {key.name}
          <span className="block font-mono font-normal text-[0.85rem] text-soft">{key.prefix}…</span>
          <span className="block font-normal text-[0.9rem] text-soft lg:hidden">{stateOf(key)}</span>
          <span className="block font-normal lg:hidden">{mayOf(key)}</span>
        </>
      ),
    },
    {
      head: t("scopes"),
      className: "hidden lg:table-cell",
      cell: mayOf,
    },
    {
      head: t("last_used"),
      className: "hidden text-soft lg:table-cell",
      cell: ({ last_used_at }) => (last_used_at ? <Instant at={last_used_at} zone={timezone} /> : t("never")),
    },
    { head: t("state"), className: "hidden text-soft lg:table-cell xl:whitespace-nowrap", cell: stateOf },
    {
      head: t("actions"),
      kind: "actions",
      cell: (key) =>
        !key.revoked_at && (
          <Button
            variant="alarm"
            aria-label={t("revoke_named", { name: key.name })}
            onClick={() => setToDelete(key)}
          >
            {t("revoke")}
          </Button>
        ),
    },
  ];
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
        <SecretOnce
          label={t("key_named", { name: made.name })}
          explain={t("key_explain")}
          secret={made.key}
          onDone={() => setMade(null)}
        />
      )}
      <DataTable
        label={t("keys")}
        source={keys}
        rows={keys.data?.items}
        keyOf={({ id }) => id}
        empty={t("no_keys")}
        rowClass={({ revoked_at }) => (revoked_at ? "text-soft" : "")}
        columns={columns}
      />
      {isMaking && (
        <KeyDialog
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMade(key);
            setMaking(false);
            void refreshQueries(client, ["api-keys"]);
          }}
        />
      )}
      <ConfirmDialog
        title={t("revoke_title", { name: toDelete?.name ?? "" })}
        isOpen={toDelete !== null}
        onClose={() => setToDelete(null)}
        confirm={{
          label: t("revoke"),
          isDanger: true,
          isPending: revoke.isPending,
          run: () => toDelete && revoke.mutate(toDelete.id),
        }}
      >
        <p className="text-soft">{t("revoke_explain")}</p>
      </ConfirmDialog>
    </section>
  );
}
