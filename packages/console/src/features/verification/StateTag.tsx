import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import type { VerificationState } from "./answers.ts";

/** What became of an application, in a word. */
export function StateTag({ state }: { readonly state: VerificationState }) {
  const text = useText();
  return (
    <Tag variant="filled" {...(state === "approved" ? { className: "badge-on" } : state === "submitted" ? { color: "warning" } : {})}>
      {text(`verification.state.${state}`)}
    </Tag>
  );
}
