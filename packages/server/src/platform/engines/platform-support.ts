import { StartFault } from "./start-fault.ts";

const SUPPORTED = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];

/** What decides whether the bundled engines run here; glibc is undefined on musl and on systems that are not Linux. */
export type PlatformFacts = Readonly<{ platform: string; arch: string; glibc: string | undefined }>;

/** Throws StartFault platform.unsupported where the bundled engines have no build: Windows, musl and rare processors. */
export function requireSupportedPlatform(facts: PlatformFacts = readPlatform()): void {
  const name = `${facts.platform}-${facts.arch}`;
  const isMusl = facts.platform === "linux" && facts.glibc === undefined;
  if (SUPPORTED.includes(name) && !isMusl) return;
  const label = facts.platform === "win32" ? "Windows" : isMusl ? `${name} with musl libc (Alpine)` : name;
  throw new StartFault(
    "platform.unsupported",
    { en: `The bundled engines do not run on ${label}.`, zh: `内置引擎不支持 ${label}。` },
    {
      mend: {
        en: "Use WSL2 or Docker (a Debian-based image), or set DATABASE_URL and CLICKHOUSE_URL.",
        zh: "请使用 WSL2 或 Docker（基于 Debian 的镜像），或设置 DATABASE_URL 与 CLICKHOUSE_URL。",
      },
    },
  );
}

function readPlatform(): PlatformFacts {
  return { platform: process.platform, arch: process.arch, glibc: readGlibc() };
}

function readGlibc(): string | undefined {
  if (process.platform !== "linux") return undefined;
  // Without this the report resolves the names of all open connections.
  Object.assign(process.report, { excludeNetwork: true });
  const report: unknown = process.report.getReport();
  if (typeof report !== "object" || report === null || !("header" in report)) return undefined;
  const header = report.header;
  if (typeof header !== "object" || header === null || !("glibcVersionRuntime" in header)) return undefined;
  return typeof header.glibcVersionRuntime === "string" ? header.glibcVersionRuntime : undefined;
}
