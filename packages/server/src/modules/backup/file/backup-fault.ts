import type { FaultCode } from "@terrace/contract/faults";

/** Why a backup cannot be made, read or restored. */
export type BackupFaultCode = Extract<FaultCode, `backup.${string}`>;

/** An expected refusal around backups: `message` says what is wrong and what to do, for the person at the terminal. */
export class BackupRefused extends Error {
  readonly code: BackupFaultCode;

  constructor(code: BackupFaultCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "BackupRefused";
    this.code = code;
  }
}
