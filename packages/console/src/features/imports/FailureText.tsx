import { Alert } from "antd";
import { textOr, useText } from "../../app/i18n.ts";

/** Why an import or a dry run could not go on. */
export function FailureText({ failure }: { readonly failure: { readonly code: string; readonly field: string; readonly mend: string } }) {
  const text = useText();
  return (
    <Alert
      type="error"
      showIcon
      title={textOr(`fault.${failure.code}`, text("imports.state.failed"))}
      description={[failure.field, failure.mend].filter(Boolean).join(": ")}
    />
  );
}
