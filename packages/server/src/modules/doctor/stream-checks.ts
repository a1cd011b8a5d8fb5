import { amiss, fine, type Check, type Finding } from "./finding.ts";
import type { DoctorDeps } from "./doctor-deps.ts";

/** Streams by which clients hear of changed flags; each process holds its own. */
export function streamChecks(deps: Pick<DoctorDeps, "streams">): readonly Check[] {
  return [{ name: "streams", run: () => Promise.resolve(checkStreams(deps)) }];
}

function checkStreams({ streams }: Pick<DoctorDeps, "streams">): Finding {
  if (streams === undefined)
    return fine("streams", {
      outcome: "streams.elsewhere",
      found: "held by the processes that serve clients; /metrics of each counts them",
    });
  const { open, refused } = streams();
  const figures = { open, refused };
  if (refused === 0) return fine("streams", { outcome: "streams.fine", figures, found: `${open} open in this process, none refused` });
  return amiss("streams", {
    verdict: "warn",
    outcome: "streams.refused",
    figures,
    found: `${open} open in this process, ${refused} refused since its start`,
    mend: "serve clients by more processes; behind a proxy set TERRACE_TRUST_PROXY, or all clients seem to have one address",
  });
}
