import type { ReactNode } from "react";

/** A page that has one thing to say: not found, no right, failed. */
export function Notice({ title, body, action }: { readonly title: string; readonly body: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className="notice">
      <h1>{title}</h1>
      <p>{body}</p>
      {action}
    </div>
  );
}
