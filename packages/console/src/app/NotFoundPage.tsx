import { Button } from "antd";
import { Link, useLocation } from "react-router";
import { Notice } from "../ui/Notice.tsx";
import { useText } from "./i18n.ts";
import { usePageTitle } from "./shell/page-title.ts";

/** An address that leads nowhere. */
export function NotFoundPage() {
  const text = useText();
  const { pathname } = useLocation();
  usePageTitle(text("notFound.title"));
  return (
    <Notice
      title={text("notFound.title")}
      body={text("notFound.body", { path: pathname })}
      action={
        <Link to="/">
          <Button type="primary">{text("notFound.home")}</Button>
        </Link>
      }
    />
  );
}
