import type { ReactNode } from "react";

/** One sentence on what will be here, and at most one button. */
export function EmptyState({ text, action }: { readonly text: string; readonly action?: ReactNode }) {
  return (
    <div className="empty-state">
      <svg width="44" height="28" viewBox="0 0 44 28" aria-hidden="true">
        <path
          d="M3 9c11-8 26-8 38 0M3 17c11-8 26-8 38 0M3 25c11-8 26-8 38 0"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinecap="round"
        />
      </svg>
      <p>{text}</p>
      {action}
    </div>
  );
}
