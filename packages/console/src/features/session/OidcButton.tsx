import { startOidc } from "@terrace/contract/api/sign-in";
import { Button } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { SignInFault } from "./SignInFault.tsx";

/** Leaves for the identity provider. */
export function OidcButton({ label, next }: { readonly label: string; readonly next: string }) {
  const text = useText();
  const start = useChange(startOidc);
  return (
    <div className="oidc-button">
      {start.error === null ? null : <SignInFault error={start.error} />}
      <Button
        size="large"
        block
        loading={start.isPending}
        onClick={() => start.mutate({ body: { next } }, { onSuccess: ({ url }) => window.location.assign(url) })}
      >
        {label === "" ? text("signIn.oidcDefault") : label}
      </Button>
    </div>
  );
}
