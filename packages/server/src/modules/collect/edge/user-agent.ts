import type { UserAgentFacts } from "@terrace/domain/event/event-context";
import { UAParser } from "ua-parser-js";

const GENERATION_MAX = 1_000;
/** Longer ones are made up, and expressions take their time over them. */
const USER_AGENT_LENGTH_MAX = 512;
const BOT = /bot\b|spider|crawl|slurp|headless|lighthouse|pingdom|preview/i;

/** A user agent parser that remembers at least its last 1,000 answers: a parse costs some 30 µs. */
export function createUserAgentParser(): (userAgent: string) => UserAgentFacts {
  // Two generations: what was asked for lately survives when the older one is thrown away.
  let young = new Map<string, UserAgentFacts>();
  let old = new Map<string, UserAgentFacts>();
  return (userAgent) => {
    const text = userAgent.length <= USER_AGENT_LENGTH_MAX ? userAgent : userAgent.slice(0, USER_AGENT_LENGTH_MAX);
    const known = young.get(text);
    if (known !== undefined) return known;
    const facts = old.get(text) ?? parse(text);
    if (young.size >= GENERATION_MAX) {
      old = young;
      young = new Map();
    }
    young.set(text, facts);
    return facts;
  };
}

function parse(userAgent: string): UserAgentFacts {
  const parser = new UAParser(userAgent);
  const browser = parser.getBrowser().name ?? "";
  const os = parser.getOS().name ?? "";
  return { browser, os, deviceType: deviceTypeOf(userAgent, parser.getDevice().type, browser !== "" && os !== "") };
}

function deviceTypeOf(userAgent: string, type: string | undefined, known: boolean): string {
  if (BOT.test(userAgent)) return "bot";
  return type ?? (known ? "desktop" : "");
}
