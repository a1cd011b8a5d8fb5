import { useSyncExternalStore } from "react";
import { usePreferences } from "../preferences.ts";

function mediaQuery(query: string) {
  const list = window.matchMedia(query);
  return {
    subscribe: (listener: () => void) => {
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    read: () => list.matches,
  };
}

const darkSystem = mediaQuery("(prefers-color-scheme: dark)");
const phone = mediaQuery("(max-width: 767.98px)");
const narrow = mediaQuery("(max-width: 1199.98px)");
const still = mediaQuery("(prefers-reduced-motion: reduce)");

/** Whether the console is shown dark: chosen by the operator, else by the system. */
export function useDark(): boolean {
  const { appearance } = usePreferences();
  const system = useSyncExternalStore(darkSystem.subscribe, darkSystem.read);
  return appearance === "system" ? system : appearance === "dark";
}

/** Below 768 px: one column, drawer navigation, rows instead of tables. */
export function usePhone(): boolean {
  return useSyncExternalStore(phone.subscribe, phone.read);
}

/** Below 1200 px the side navigation folds by itself. */
export function useNarrow(): boolean {
  return useSyncExternalStore(narrow.subscribe, narrow.read);
}

/** Whether the operator's system asks for no movement. */
export function useStill(): boolean {
  return useSyncExternalStore(still.subscribe, still.read);
}
