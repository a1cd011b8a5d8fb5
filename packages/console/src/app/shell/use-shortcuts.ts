import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { usePreferences } from "../preferences.ts";
import { useLink, useMay } from "../workspace/workspace-context.ts";
import { allowedSections } from "./nav-items.ts";
import { isTyping } from "./typing.ts";

/** How long the letter after `g` may take. */
const LETTER_WAIT_MS = 1200;

type Handlers = { readonly onSearch: () => void; readonly onHelp: () => void };

/** The shortcuts that work on every page: Ctrl/⌘ K and `/` search, `?` help, `g` with a letter goes to a section. */
export function useShortcuts({ onSearch, onHelp }: Handlers): void {
  const navigate = useNavigate();
  const link = useLink();
  const may = useMay();
  const { singleKeys } = usePreferences();
  const goAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const go = (letter: string) => {
      const page = allowedSections(may).find((section) => section.letter === letter)?.items[0];
      if (page !== undefined) void navigate(link(page.path));
    };
    const single = (event: KeyboardEvent) => {
      const waiting = event.timeStamp - goAt.current < LETTER_WAIT_MS;
      goAt.current = Number.NEGATIVE_INFINITY;
      if (waiting) return go(event.key);
      if (event.key === "g") goAt.current = event.timeStamp;
      if (event.key === "?") onHelp();
      if (event.key !== "/") return;
      event.preventDefault();
      onSearch();
    };
    const press = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        onSearch();
      } else if (singleKeys && !event.metaKey && !event.ctrlKey && !event.altKey && !isTyping(event)) single(event);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [onSearch, onHelp, navigate, link, may, singleKeys]);
}
