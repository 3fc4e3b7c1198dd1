"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import type { Draft as Saved } from "@/lib/contract/dispatches/prepared";
import { ownZone } from "@/lib/web/own-zone";
import { type Draft, draftFrom, emptyDraft } from "./draft";
import { DraftSaver, heldOf, type SaveState } from "./draft-saver";

/**
 * The draft that the server has of this form, once there is one.
 * @param opened the draft with which the form was opened
 */
export function useSavedDraft(opened: Saved | undefined, form: UseFormReturn<Draft>) {
  const { getValues, reset } = form;
  const saver = useRef<DraftSaver>(undefined);
  const [id, setId] = useState(opened?.id);
  const [state, setState] = useState<SaveState>("saved");
  const [isMerged, setMerged] = useState(false);

  const show = useCallback(
    (content: Draft) => {
      reset(content);
      saver.current?.changed();
    },
    [reset],
  );

  /** From now on the form edits this draft. */
  const follow = useCallback(
    (saved: Saved) => {
      saver.current?.close();
      const base = draftFrom(saved.content, emptyDraft(ownZone()));
      saver.current = new DraftSaver(saved, base, () => heldOf(getValues()), setState);
      setId(saved.id);
      setState("saved");
      return saver.current;
    },
    [getValues],
  );

  useEffect(() => {
    if (!opened) return;
    const { isMerged, content } = follow(opened).open();
    setMerged(isMerged);
    show(content);
    return () => saver.current?.close();
  }, [opened, follow, show]);

  return {
    id,
    state,
    isMerged,
    saver,
    follow,
    async loadNewer() {
      const held = await saver.current?.loadNewer();
      if (!held) return;
      setMerged(true);
      show(held.content);
    },
  };
}
