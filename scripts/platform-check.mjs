// Runs on any Node that knows ES modules, before anything is installed: no dependency, no new syntax.
import { existsSync, readdirSync } from "node:fs";

/** Ends the process with one clear message, in English and Chinese. */
export function stopWith(code, english, chinese) {
  process.stderr.write(`\nterrace: ${english}\n         ${chinese}\n         (${code})\n`);
  process.exit(1);
}

/** Stops unless this machine can run Terrace: Linux with glibc, or macOS, and Node 20 or newer. */
export function requireSupportedPlatform() {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < 20) {
    stopWith(
      "platform.unsupported",
      `Node 20 or newer is needed to start; this is Node ${process.versions.node}.`,
      `启动需要 Node 20 或更新版本；当前是 Node ${process.versions.node}。`,
    );
  }
  if (process.platform === "win32") {
    stopWith(
      "platform.unsupported",
      "Windows is not supported directly: use WSL2 or Docker.",
      "不支持直接在 Windows 上运行：请使用 WSL2 或 Docker。",
    );
  }
  if (process.platform !== "linux" && process.platform !== "darwin") {
    stopWith(
      "platform.unsupported",
      `${process.platform} is not supported: use Linux, macOS or Docker.`,
      `不支持 ${process.platform}：请使用 Linux、macOS 或 Docker。`,
    );
  }
  if (process.platform === "linux" && isMusl()) {
    stopWith(
      "platform.unsupported",
      "This Linux uses musl (Alpine); the bundled engines need glibc: use a Debian or Ubuntu image, WSL2 or Docker.",
      "当前 Linux 使用 musl（Alpine），内置引擎需要 glibc：请使用 Debian/Ubuntu 镜像、WSL2 或 Docker。",
    );
  }
  if (process.arch !== "x64" && process.arch !== "arm64") {
    stopWith(
      "platform.unsupported",
      `The processor type ${process.arch} is not supported: x64 or arm64 is needed.`,
      `不支持的处理器架构 ${process.arch}：需要 x64 或 arm64。`,
    );
  }
}

/** Whether the C library of this process is musl: the report names glibc's version on glibc only. */
function isMusl() {
  if (existsSync("/lib64/ld-linux-x86-64.so.2") || existsSync("/lib/ld-linux-aarch64.so.1")) return false;
  if (existsSync("/lib") && readdirSync("/lib").some((name) => name.startsWith("ld-musl-"))) return true;
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined;
}
