import { useRouteError } from "react-router";
import { PageCrash } from "./shell/PageBoundary.tsx";

/** What is shown when a page cannot be loaded at all, e.g. after an update replaced its file. */
export function RouteCrash() {
  const error = useRouteError();
  return <PageCrash error={error instanceof Error ? error : new Error(String(error))} />;
}
