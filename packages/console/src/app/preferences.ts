import { useSyncExternalStore } from "react";
import type { Language } from "../ui/format/language.ts";

/** What an operator has chosen for this browser; kept in local storage, never sent anywhere. */
export type Preferences = {
  readonly language: Language;
  readonly appearance: "light" | "dark" | "system";
  readonly density: "compact" | "roomy";
  /** Single-key shortcuts (`g h`, `/`, `?`) can be in the way of assistive tools. */
  readonly singleKeys: boolean;
  readonly siderCollapsed: boolean;
  readonly workspaceId: string;
  /** Columns shown per list. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
};

const STORAGE_KEY = "terrace.preferences";
const DEFAULTS: Preferences = {
  language: "zh-CN",
  appearance: "system",
  density: "compact",
  singleKeys: true,
  siderCollapsed: false,
  workspaceId: "",
  columns: {},
};

function load(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
    return typeof stored === "object" && stored !== null ? { ...DEFAULTS, ...stored } : DEFAULTS;
  } catch {
    // Storage can be switched off or hold something else; the console works without.
    return DEFAULTS;
  }
}

let current = load();
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The preferences outside of components. */
export function getPreferences(): Preferences {
  return current;
}

/** Changes some preferences and tells everyone who shows them. */
export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(current));
  } catch {
    // Kept for this page only.
  }
  for (const listener of listeners) listener();
}

/** The preferences, followed as they change. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, getPreferences);
}
