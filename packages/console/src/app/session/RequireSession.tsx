import { Navigate, Outlet, useLocation } from "react-router";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { DelayedSkeleton } from "../../ui/QueryView.tsx";
import { useSession } from "./use-session.ts";
import "./lone-card.css";

/** Lets signed-in operators through; everyone else signs in first and comes back to where they were going. */
export function RequireSession() {
  const session = useSession();
  const { pathname, search } = useLocation();
  if (session.data !== undefined && session.data !== null) return <Outlet />;
  if (session.data === null)
    return <Navigate to={`/sign-in${pathname === "/" ? "" : `?next=${encodeURIComponent(pathname + search)}`}`} replace />;
  if (session.error !== null)
    return (
      <div className="lone-card">
        <FaultAlert error={session.error} onRetry={() => void session.refetch()} />
      </div>
    );
  return (
    <div className="lone-card">
      <DelayedSkeleton shape={4} />
    </div>
  );
}
