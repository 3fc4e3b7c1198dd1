"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import type { Draft as Saved } from "@/lib/contract/dispatches/prepared";
import { ownZone } from "@/lib/web/own-zone";
import { type Draft, draftFrom, emptyDraft } from "./draft";
import { DraftSaver, type SaveState } from "./draft-saver";

/**
 * The draft of a form that is saved on the server, once there is one.
 * @param opened the draft that the form was opened with
 */
export function useSavedDraft(opened: Saved | undefined, form: UseFormReturn<Draft>) {
  const { getValues, reset } = form;
  const saver = useRef<DraftSaver>(undefined);
  const name = useRef<string>("");
  const [id, setId] = useState(opened?.id);
  const [shownName, setShownName] = useState("");
  const [state, setState] = useState<SaveState>("saved");
  const [isMerged, setMerged] = useState(false);

  const show = useCallback(
    (held: { name: string | null; content: Draft }) => {
      name.current = held.name ?? "";
      setShownName(name.current);
      reset(held.content);
      saver.current?.changed();
    },
    [reset],
  );

  /** From here on the form is this draft's. */
  const follow = useCallback(
    (saved: Saved) => {
      saver.current?.close();
      const read = () => ({ name: name.current.trim() || null, content: getValues() });
      const base = draftFrom(saved.content, emptyDraft(ownZone()));
      saver.current = new DraftSaver(saved, base, read, setState);
      setId(saved.id);
      setState("saved");
      return saver.current;
    },
    [getValues],
  );

  useEffect(() => {
    if (!opened) return;
    const { isMerged, ...held } = follow(opened).open();
    setMerged(isMerged);
    show(held);
    return () => saver.current?.close();
  }, [opened, follow, show]);

  return {
    id,
    name: shownName,
    state,
    isMerged,
    saver,
    follow,
    rename(text: string) {
      name.current = text;
      setShownName(text);
      saver.current?.changed();
    },
    async loadNewer() {
      const held = await saver.current?.loadNewer();
      if (!held) return;
      setMerged(true);
      show(held);
    },
  };
}
