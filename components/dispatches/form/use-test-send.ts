import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { useMay } from "@/components/shell/me";
import type { Dispatch, TestSend } from "@/lib/contract/dispatches/dispatch";
import { call, ProblemError } from "@/lib/web/client";

/** One's own number is typed once a browser. */
const PHONE_KEY = "carillon.test-phone";

interface Wrong {
  detail: string;
  code?: string;
}

/**
 * Sends a test to one's own number. What is wrong with anything but the text is told at the number.
 */
export function useTestSend(bodyOf: () => Omit<TestSend, "phone">, onWrongText?: (detail: string) => void) {
  const t = useTranslations("form.test");
  const [phone, setPhone] = useState("");
  const [wrong, setWrong] = useState<Wrong>();
  const mayAdd = useMay("audience:write");
  useEffect(() => setPhone(localStorage.getItem(PHONE_KEY) ?? ""), []);
  const send = useMutation({
    mutationFn: async (isNew: boolean) => {
      if (isNew) await call("PUT", `recipients/${encodeURIComponent(phone)}/`, {});
      return call<Dispatch>("POST", "dispatches/test/", { phone, ...bodyOf() });
    },
    onMutate: () => setWrong(undefined),
    onSuccess: () => localStorage.setItem(PHONE_KEY, phone),
    onError: (error) => {
      if (!(error instanceof ProblemError)) return setWrong({ detail: t("connection") });
      const { errors, detail } = error.problem;
      const isText = ({ pointer }: { pointer: string }) => onWrongText && pointer === "/message_text";
      setWrong(errors ? errors.find((one) => !isText(one)) : { detail });
      const text = errors?.find(isText)?.detail;
      if (text) onWrongText?.(text);
    },
  });
  // One's own number is seldom in the file that was imported. Enter only tries again: to add
  // somebody is a choice.
  const isAddable = wrong?.code === "unknown_recipient" && mayAdd;
  return {
    phone,
    setPhone: (value: string) => {
      setPhone(value);
      setWrong(undefined);
    },
    error: wrong?.detail,
    isAddable,
    send,
    begin: (isNew = false) => {
      if (!send.isPending) send.mutate(isNew);
    },
  };
}
