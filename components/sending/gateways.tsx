"use client";

import { useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTestSend } from "@/components/dispatches/form/use-test-send";
import { Waits } from "@/components/dispatches/waits";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Link } from "@/components/ui/link";
import { EmptyList, ListSkeleton, Unreadable } from "@/components/ui/list-states";
import { useReason } from "@/components/ui/use-reason";
import { useViewerZone } from "@/components/ui/use-zoned";
import type { Why } from "@/lib/contract/dispatches/message";
import type { Gateway } from "@/lib/contract/sending/gateway";
import { isFinished } from "@/lib/domain/lifecycle";
import { call } from "@/lib/web/client";
import { gatewaysQuery } from "@/lib/web/prepared-queries";
import { dispatchQuery, operatorsQuery } from "@/lib/web/queries";

/** The routes: each gateway with the operators that name it, and a test through it. */
export function Gateways() {
  const t = useTranslations("settings");
  const gateways = useQuery(gatewaysQuery);
  const { data: operators = [] } = useQuery(operatorsQuery);
  const maySend = useMay("dispatches:write");
  const mayChoose = useMay("operators:write");
  const only = gateways.data?.length === 1;
  return (
    <section aria-labelledby="gateways" className="mt-8 flex flex-col gap-3">
      <h2 id="gateways">{t("gateways")}</h2>
      <p className="max-w-3xl text-soft">{t("gateways_hint")}</p>
      {gateways.isError && <Unreadable onRetry={() => void gateways.refetch()} />}
      {gateways.isPending && <ListSkeleton />}
      {gateways.data?.length === 0 && <EmptyList text={t("no_gateways")} />}
      <ul className="divide-y divide-line rounded-card border border-line bg-surface empty:hidden">
        {gateways.data?.map((gateway) => (
          <Row
            key={gateway.name}
            gateway={gateway}
            serves={operators
              // Whatever operators call it, an installation with one gateway sends through that.
              .filter((operator) => only || operator.gateway === gateway.name)
              .map(({ name }) => name)
              .join(", ")}
            isTestable={maySend && mayChoose}
          />
        ))}
      </ul>
    </section>
  );
}

function Row({ gateway, serves, isTestable }: { gateway: Gateway; serves: string; isTestable: boolean }) {
  const t = useTranslations("settings");
  const [isOpen, setOpen] = useState(false);
  const { name, kind } = gateway;
  return (
    <li className="flex flex-col gap-3 px-4 py-3.5">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <h3 className="wrap-anywhere flex flex-wrap items-baseline gap-x-2.5">
            {name}
            <span className="font-normal text-[0.9rem] text-soft">{t(`gateway_kind.${kind}`)}</span>
          </h3>
          <p className="wrap-anywhere text-[0.9rem] text-soft">
            {serves === "" ? t("serves_none") : `${t("serves")}: ${serves}`}
          </p>
        </div>
        {isTestable && !isOpen && (
          <Button aria-label={t("send_test_through", { name })} onClick={() => setOpen(true)}>
            <Send size={15} aria-hidden />
            {t("send_test")}
          </Button>
        )}
      </div>
      {isOpen && <GatewayTest name={name} onClose={() => setOpen(false)} />}
    </li>
  );
}

/** One message through this gateway, and what it said to it. */
function GatewayTest({ name, onClose }: { name: string; onClose: () => void }) {
  const t = useTranslations("settings.gateway_test");
  const test = useTranslations("form.test");
  const action = useTranslations("action");
  const [text, setText] = useState(t("text_default"));
  const [wrongText, setWrongText] = useState<string>();
  const { phone, setPhone, error, isAddable, send, begin } = useTestSend(
    () => ({ message_text: text, gateway: name }),
    setWrongText,
  );
  return (
    <form
      noValidate
      aria-label={t("title", { name })}
      className="flex flex-col gap-3 rounded-md bg-raised px-3.5 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        begin();
      }}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label={test("phone")}
          hint={t("hint")}
          value={phone}
          error={error}
          type="tel"
          autoComplete="tel"
          autoFocus
          onChange={setPhone}
        />
        <Field
          label={t("text")}
          value={text}
          error={wrongText}
          onChange={(value) => {
            setText(value);
            setWrongText(undefined);
          }}
        />
      </div>
      <div className="flex flex-wrap gap-2">
        {isAddable ? (
          <Button variant="primary" isBusy={send.isPending} onClick={() => begin(true)}>
            {test("add")}
          </Button>
        ) : (
          <Button variant="primary" type="submit" isBusy={send.isPending}>
            {test("send")}
          </Button>
        )}
        <Button onClick={onClose}>{action("close")}</Button>
      </div>
      <div role="status" className="empty:hidden">
        {send.data && !send.isPending && <Answer id={send.data.id} phone={phone} />}
      </div>
    </form>
  );
}

const POLL_MS = 1_000;
const toned = { sent: "text-good", delivered: "text-good", unknown: "text-warn" } as Record<string, string>;

function Answer({ id, phone }: { id: string; phone: string }) {
  const t = useTranslations("settings.gateway_test");
  const test = useTranslations("form.test");
  const reason = useReason();
  const zone = useViewerZone() ?? "UTC";
  const { data: dispatch } = useQuery(dispatchQuery(id));
  const { data: why } = useQuery({
    queryKey: ["why", id, phone],
    queryFn: () => call<Why>("GET", `dispatches/${id}/messages/${encodeURIComponent(phone)}/`),
    refetchInterval: POLL_MS,
    staleTime: 0,
  });
  const message = why?.message;
  const isSettled = message && !["sending", "deferred"].includes(message.status);
  const status = isSettled
    ? message.status
    : dispatch && isFinished(dispatch.status) && dispatch.status !== "completed"
      ? dispatch.status
      : "waiting";
  return (
    <>
      <p className={toned[status] ?? (status === "waiting" ? "" : "text-bad")}>
        {t(`outcome.${status}`, {
          id: message?.id ?? "",
          reason: message?.error ? reason(message.error) : "",
          code: message?.error ?? "",
        })}{" "}
        <Link href={`/dispatches/${id}`} className="text-ink underline underline-offset-2">
          {test("details")}
        </Link>
      </p>
      {status === "waiting" && dispatch && <Waits waits={dispatch.waits} timezone={zone} />}
    </>
  );
}
