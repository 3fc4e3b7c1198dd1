"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, UserPlus } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useMe } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { CallButton } from "@/components/ui/call-button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { ConfirmDialog } from "@/components/ui/dialog";
import { useFailureNotice, useNotice } from "@/components/ui/notice";
import { Select } from "@/components/ui/select";
import { Instant, useViewerZone } from "@/components/ui/use-zoned";
import type { NewInvitation, User, UserUpdate } from "@/lib/contract/access/user";
import { type Role, roles } from "@/lib/domain/rights";
import { usersQuery } from "@/lib/web/access-queries";
import { call } from "@/lib/web/client";
import { refreshQueries } from "@/lib/web/refresh";

import { Invitations } from "./invitations";
import { SecretOnce } from "./secret-once";

const InviteDialog = dynamic(() => import("./invite-dialog"), { ssr: false });

/** Everybody who can sign in, and their roles. */
export function Users() {
  const t = useTranslations("settings");
  const access = useTranslations("access");
  const client = useQueryClient();
  const notify = useNotice();
  const timezone = useViewerZone() ?? "UTC";
  const me = useMe();
  const users = useQuery(usersQuery);
  const [isInviting, setInviting] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const [leaving, setLeaving] = useState<User | null>(null);

  const change = useMutation({
    mutationFn: ({ id, ...body }: UserUpdate & { id: string }) => call<User>("PATCH", `users/${id}/`, body),
    onSuccess: () => notify({ text: t("saved"), tone: "good" }),
    onError: useFailureNotice(),
    onSettled: () => {
      setLeaving(null);
      // Disabling a user also withdraws their invitations.
      return refreshQueries(client, ["users"], ["invitations"]);
    },
  });
  const show = ({ path }: NewInvitation) => {
    setInviting(false);
    setLink(`${window.location.origin}${path}`);
    void refreshQueries(client, ["invitations"]);
  };

  const roleOf = ({ id, name, role }: User) => (
    <Select
      aria-label={t("role_of", { name })}
      value={role}
      disabled={change.isPending}
      className="min-w-36"
      onChange={(event) => change.mutate({ id, role: event.target.value as Role })}
    >
      {roles.map((value) => (
        <option key={value} value={value}>
          {access(`role.${value}`)}
        </option>
      ))}
    </Select>
  );
  const columns: Column<User>[] = [
    {
      head: access("name"),
      kind: "name",
      cell: (user) => (
        <>
          <span className={user.disabled_at ? "text-soft line-through" : ""}>{user.name}</span>
          <span className="block font-normal text-[0.9rem] text-soft">{user.email}</span>
          <span className="mt-1.5 block font-normal lg:hidden">{roleOf(user)}</span>
        </>
      ),
    },
    { head: t("role"), className: "hidden lg:table-cell", cell: roleOf },
    {
      head: t("last_sign_in"),
      className: "hidden text-soft lg:table-cell",
      cell: ({ last_sign_in_at }) =>
        last_sign_in_at ? <Instant at={last_sign_in_at} zone={timezone} /> : t("never"),
    },
    {
      head: t("actions"),
      kind: "actions",
      cell: (user) => (
        <>
          <CallButton
            variant="quiet"
            aria-label={t("new_password_of", { name: user.name })}
            title={t("new_password")}
            call={() => call<NewInvitation>("POST", "invitations/", { user: user.id })}
            onSuccess={show}
          >
            <KeyRound size={15} aria-hidden />
          </CallButton>
          {/* Both states use the same button, so that a keyboard user keeps the focus. */}
          {user.disabled_at ? (
            <Button
              variant="quiet"
              isBusy={change.isPending && change.variables.id === user.id}
              onClick={() => change.mutate({ id: user.id, disabled: false })}
            >
              {t("let_in")}
            </Button>
          ) : (
            <Button variant="alarm" disabled={user.email === me.email} onClick={() => setLeaving(user)}>
              {t("shut_out")}
            </Button>
          )}
        </>
      ),
    },
  ];

  return (
    <section aria-labelledby="users" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="users">{t("users")}</h2>
        <Button onClick={() => setInviting(true)}>
          <UserPlus size={15} aria-hidden />
          {t("invite")}
        </Button>
      </div>
      {link && (
        <SecretOnce
          label={t("link")}
          explain={t("link_explain")}
          secret={link}
          onDone={() => setLink(null)}
        />
      )}
      <DataTable
        label={t("users")}
        source={users}
        rows={users.data?.items}
        keyOf={({ id }) => id}
        columns={columns}
      />
      <Invitations />
      {isInviting && <InviteDialog onClose={() => setInviting(false)} onMade={show} />}
      <ConfirmDialog
        title={t("shut_out_title", { name: leaving?.name ?? "" })}
        isOpen={leaving !== null}
        onClose={() => setLeaving(null)}
        confirm={{
          label: t("shut_out"),
          isDanger: true,
          isPending: change.isPending,
          run: () => leaving && change.mutate({ id: leaving.id, disabled: true }),
        }}
      >
        <p className="text-soft">{t("shut_out_explain")}</p>
      </ConfirmDialog>
    </section>
  );
}
