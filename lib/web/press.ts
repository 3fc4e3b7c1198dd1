/**
 * What comes while a pointer is down waits until it is up. Who presses a button means what was
 * under the pointer: where that moves away meanwhile, the browser makes no click of it.
 */

/** After a touch ends, its click comes within so long. */
const CLICK_MS = 100;

const waiting = new Set<() => void>();
let isPressed = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Comes at once where nothing is pressed, otherwise a moment after it was let go. */
export const released = (): Promise<void> =>
  isPressed ? new Promise((go) => void waiting.add(go)) : Promise.resolve();

function press() {
  clearTimeout(timer);
  isPressed = true;
}

function letGo() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    isPressed = false;
    for (const go of waiting) go();
    waiting.clear();
  }, CLICK_MS);
}

if (typeof window !== "undefined") {
  window.addEventListener("pointerdown", press, true);
  // A menu of the browser that opens takes the release for itself.
  for (const end of ["pointerup", "pointercancel", "contextmenu"]) window.addEventListener(end, letGo, true);
  // Of the window alone: the blur of a field does not bubble.
  window.addEventListener("blur", letGo);
}
