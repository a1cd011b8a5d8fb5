import { Alert } from "antd";
import { ApiFault } from "../../app/api/api-fault.ts";
import { useText } from "../../app/i18n.ts";
import { useFaultText } from "../../ui/use-fault-text.ts";

/** Says why signing in failed, and how long to wait. */
export function SignInFault({ error }: { readonly error: Error }) {
  const text = useText();
  const faultText = useFaultText();
  const wait = error instanceof ApiFault ? error.details["retryAfterSeconds"] : undefined;
  return (
    <Alert
      type="error"
      showIcon
      title={faultText(error)}
      {...(typeof wait === "number" ? { description: text("signIn.lockedFor", { seconds: wait }) } : {})}
    />
  );
}
