import { useText } from "../../app/i18n.ts";
import { SecretShown } from "../../ui/SecretShown.tsx";

/** The signing secret, this one time. */
export function SigningSecret({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  const text = useText();
  return (
    <SecretShown
      title={text("webhooks.secretTitle")}
      hint="webhooks.secretHint"
      label={text("webhooks.secret")}
      secret={secret}
      onClose={onClose}
    >
      <p className="muted small">{text("webhooks.secretUse")}</p>
    </SecretShown>
  );
}
