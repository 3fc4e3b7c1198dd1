const CHANNEL = "carillon-signed-out";

/** Every name under which a page of ours keeps something in the browser begins so. */
const OURS = /^carillon\b/;

/** Forgets what was typed here: the next one at this browser may be somebody else. */
function forgetKept(): void {
  for (const open of [() => localStorage, () => sessionStorage]) {
    try {
      const storage = open();
      for (const name of Object.keys(storage)) if (OURS.test(name)) storage.removeItem(name);
    } catch {
      // Storage is forbidden: nothing was kept.
    }
  }
}

/** Whoever was here has signed out: this tab forgets what was typed, and tells the others. */
export function leaveBrowser(): void {
  forgetKept();
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
}

/**
 * Calls when another tab signed out, after this one has forgotten what was typed in it. @returns
 * ends that
 */
export function onLeft(leave: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = () => {
    forgetKept();
    leave();
  };
  return () => channel.close();
}
