import { useEffect, useSyncExternalStore } from "react";

let current = "";
const listeners = new Set<() => void>();

function publish(title: string): void {
  current = title;
  for (const listener of listeners) listener();
}

/** Names the page on screen: in the browser tab and as the last crumb. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    publish(title);
    document.title = `${title} · Terrace`;
  }, [title]);
}

/** The name of the page on screen. */
export function useCurrentTitle(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
