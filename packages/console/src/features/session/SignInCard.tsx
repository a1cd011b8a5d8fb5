import type { ReactNode } from "react";
import { useText } from "../../app/i18n.ts";
import { LanguageSwitch } from "../../app/shell/LanguageSwitch.tsx";
import { Logo } from "../../app/shell/Logo.tsx";
import "./session.css";

/** The card in the middle of the pages for people who are not signed in. */
export function SignInCard({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const text = useText();
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <header>
          <Logo />
          <b>{text("app.name")}</b>
          <LanguageSwitch />
        </header>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
