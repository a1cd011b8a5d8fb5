import { Button, Result } from "antd";
import { Link, useLocation } from "react-router";
import { useText } from "./i18n.ts";
import { usePageTitle } from "./shell/page-title.ts";

/** An address that leads nowhere. */
export function NotFoundPage() {
  const text = useText();
  const { pathname } = useLocation();
  usePageTitle(text("notFound.title"));
  return <Result status="404" title={text("notFound.title")} subTitle={text("notFound.body", { path: pathname })} extra={<Link to="/"><Button type="primary">{text("notFound.home")}</Button></Link>} />;
}
