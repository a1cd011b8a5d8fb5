import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import type { LookupAddress } from "node:dns";

/** Shorter than servers keep an idle connection, so that a request seldom meets one that is being closed. */
const IDLE_MS = 2_000;
const PLACES_MAX = 200;
const IDLE_EACH = 64;

/** Gives the agent that keeps connections to these judged addresses, and to no others: a name that means another machine now gets another agent. */
export type KeptAgents = (
  place: { readonly secure: boolean; readonly host: string; readonly port: number },
  addresses: readonly LookupAddress[],
) => Agent;

/** Connections that are used again by one place after the other call, for those who call the same place all the time. */
export function createKeptAgents(): KeptAgents {
  const agents = new Map<string, Agent>();
  return ({ secure, host, port }, addresses) => {
    const key = [secure, host, port, ...addresses.map(({ address }) => address)].join(" ");
    const found = agents.get(key);
    if (found !== undefined) return found;
    const options = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: IDLE_EACH };
    const made = secure ? new SecureAgent(options) : new Agent(options);
    // Those left out close by themselves when they are idle.
    if (agents.size >= PLACES_MAX) agents.clear();
    agents.set(key, made);
    return made;
  };
}
