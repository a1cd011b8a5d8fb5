import type { SignatureScheme } from "@terrace/contract/api/receivers";
import { Form, Input, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { EXAMPLE_HEADER, EXAMPLE_PREFIX, SIGNATURES } from "./receiver-example.ts";

export type SignatureInput = {
  readonly scheme: keyof typeof SIGNATURES | "custom";
  readonly header?: string;
  readonly encoding?: "hex" | "base64";
  readonly prefix?: string;
};

const SCHEMES = ["none", "standard", "github", "shopify", "custom"] as const;

/** The form's fields for a scheme; one that no well-known sender uses is spelt out. */
export function signatureFields(scheme: SignatureScheme = { kind: "none" }): SignatureInput {
  if (scheme.kind !== "hmac") return { scheme: scheme.kind, header: "", encoding: "hex", prefix: "" };
  const { header, encoding, prefix } = scheme;
  const known = (["github", "shopify"] as const).find((name) => SIGNATURES[name].header === header && SIGNATURES[name].prefix === prefix);
  return { scheme: known ?? "custom", header, encoding, prefix };
}

/** The scheme that the fields say. */
export function schemeOf({ scheme, header = "", encoding = "hex", prefix = "" }: SignatureInput): SignatureScheme {
  return scheme === "custom" ? { kind: "hmac", header, encoding, prefix } : SIGNATURES[scheme];
}

/** How posts are signed, and the secret. A secret that is there stays unless another is given. */
export function SignatureFields({ hasSecret }: { readonly hasSecret: boolean }) {
  const text = useText();
  const form = Form.useFormInstance<SignatureInput>();
  const scheme = Form.useWatch("scheme", form);
  return (
    <>
      <Form.Item name="scheme" label={text("receivers.signature")} extra={text("receivers.signatureHint")}>
        <Select options={SCHEMES.map((one) => ({ value: one, label: text(`receivers.scheme.${one}`) }))} />
      </Form.Item>
      {scheme === "custom" ? (
        <div className="row receiver-custom">
          <Form.Item name="header" label={text("receivers.header")} rules={[{ required: true, message: text("signIn.required") }]}>
            <Input placeholder={EXAMPLE_HEADER} maxLength={80} />
          </Form.Item>
          <Form.Item name="encoding" label={text("receivers.encoding")}>
            <Select
              options={[
                { value: "hex", label: "hex" },
                { value: "base64", label: "base64" },
              ]}
            />
          </Form.Item>
          <Form.Item name="prefix" label={text("receivers.prefix")}>
            <Input placeholder={EXAMPLE_PREFIX} maxLength={20} />
          </Form.Item>
        </div>
      ) : null}
      {scheme === "none" ? null : (
        <Form.Item name="secret" label={text("webhooks.secret")} {...(hasSecret ? { extra: text("receivers.secretKept") } : {})}>
          <Input.Password autoComplete="off" maxLength={500} />
        </Form.Item>
      )}
    </>
  );
}
