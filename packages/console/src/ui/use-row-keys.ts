import { useEffect, useState } from "react";
import { usePreferences } from "../app/preferences.ts";
import { isTyping } from "../app/shell/typing.ts";

type RowActions = { readonly open: (key: string) => void; readonly tick?: (key: string) => void };

/** Keyboard movement through the rows of a list; answers the key of the row the keyboard is on. */
export function useRowKeys(keys: readonly string[], actions: RowActions): string | undefined {
  const { singleKeys } = usePreferences();
  const [active, setActive] = useState<string>();
  useEffect(() => {
    if (!singleKeys) return undefined;
    const move = (step: number) => {
      const next = keys[Math.max(0, Math.min(keys.length - 1, active === undefined ? 0 : keys.indexOf(active) + step))];
      setActive(next);
      if (next !== undefined) document.querySelector(`[data-row="${CSS.escape(next)}"]`)?.scrollIntoView({ block: "nearest" });
    };
    const press = (event: KeyboardEvent) => {
      if (isTyping(event) || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.key === "j") move(1);
      if (event.key === "k") move(-1);
      if (active === undefined) return;
      if (event.key === "x") actions.tick?.(active);
      if (event.key === "Enter" && event.target === document.body) actions.open(active);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [keys, actions, active, singleKeys]);
  return active;
}
