import { finishOidc } from "@terrace/contract/api/sign-in";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Spin } from "antd";
import { useEffect, useRef } from "react";
import { useLocation, useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { usePageTitle } from "../../app/shell/page-title.ts";
import { safeNext } from "./safe-next.ts";
import { SignInCard } from "./SignInCard.tsx";
import { SignInFault } from "./SignInFault.tsx";

/** Where the identity provider sends the browser back to: hands its answer to the server and goes on. */
export function OidcReturnPage() {
  const text = useText();
  const { search } = useLocation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { mutate, error } = useChange(finishOidc);
  const tried = useRef(false);
  usePageTitle(text("signIn.title"));
  useEffect(() => {
    // The answer works once: it must not be sent twice when React mounts the page twice.
    if (tried.current) return;
    tried.current = true;
    mutate(
      { body: { query: search.replace(/^\?/, "") } },
      {
        onSuccess: ({ next, secondFactorDue }) => {
          client.clear();
          const to = safeNext(next, "/");
          void navigate(secondFactorDue ? `/sign-in?step=code&next=${encodeURIComponent(to)}` : to, { replace: true });
        },
      },
    );
  }, [search, mutate, navigate, client]);
  if (error === null)
    return (
      <div className="sign-in">
        <Spin description={text("signIn.withToken")}>
          <div className="sign-in-wait" />
        </Spin>
      </div>
    );
  return (
    <SignInCard title={text("signIn.title")}>
      <SignInFault error={error} />
      <Button type="primary" block onClick={() => void navigate("/sign-in", { replace: true })}>
        {text("signIn.again")}
      </Button>
    </SignInCard>
  );
}
