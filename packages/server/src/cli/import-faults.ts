/** The import cannot go on; the message is for the person at the terminal. */
export class ImportFailed extends Error {}

/** The command line makes no sense. */
export class CallWrong extends Error {}
