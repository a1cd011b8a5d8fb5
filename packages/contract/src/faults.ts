/** Every fault the API can answer with: code → HTTP status. One registry for server, console and docs. */
export const FAULTS = {
  "request.malformed": 400,
  "request.invalid": 400,
  "request.too_large": 413,
  "request.unsupported_media_type": 415,
  "request.conflict": 409,
  "key.missing": 401,
  "key.unknown": 401,
  "key.scope_missing": 403,
  "key.scope_not_held": 403,
  "key.not_found": 404,
  "session.missing": 401,
  "session.csrf": 403,
  "sign_in.failed": 401,
  "sign_in.locked": 429,
  "sign_in.token_used": 401,
  "password.wrong": 400,
  "role.not_allowed": 403,
  "rate.limited": 429,
  "service.overloaded": 503,
  "service.unavailable": 503,
  not_found: 404,
  "workspace.not_found": 404,
  "person.not_found": 404,
  "person.merge_same": 400,
  "person.merge_conflict": 409,
  "person.too_many_ids": 409,
  "merge.not_found": 404,
  "merge.already_taken_back": 409,
  "conflict.not_found": 404,
  "tag.invalid": 400,
  "trait.invalid": 400,
  "note.not_found": 404,
  "event_definition.not_found": 404,
  "quarantine.not_found": 404,
  "quarantine.not_replayable": 409,
  "member.not_found": 404,
  "member.last_owner": 409,
  "member.exists": 409,
  "member.elsewhere": 409,
  "operator.email_taken": 409,
  "event.not_an_object": 400,
  "event.type_unknown": 400,
  "event.name_missing": 400,
  "event.name_invalid": 400,
  "event.id_missing": 400,
  "event.id_invalid": 400,
  "event.too_large": 400,
  "event.too_deep": 400,
  "event.too_many_properties": 400,
  "event.properties_invalid": 400,
  "event.traits_invalid": 400,
  "event.time_invalid": 400,
  "event.schema_mismatch": 400,
  "event.not_storable": 400,
  "batch.too_many_events": 400,
  "batch.empty": 400,
  "sensors.crc_mismatch": 400,
  "sensors.data_missing": 400,
  "sensors.data_malformed": 400,
  "import.mapping_invalid": 400,
  "import.row_invalid": 400,
  "import.row_refused": 400,
  "import.not_found": 404,
  "import.out_of_order": 409,
  "import.file_unreadable": 400,
  "data.in_use": 500,
  "data.newer_version": 500,
  "data.disk_full": 507,
  "data.no_permission": 500,
  "platform.unsupported": 500,
  "master_key.mismatch": 500,
  "port.in_use": 500,
  "feed.not_replayable": 400,
  "feed.consumer_unknown": 404,
  "internal.error": 500,
} as const satisfies Record<string, number>;

export type FaultCode = keyof typeof FAULTS;

/** The one body of every error answer. */
export type FaultBody = {
  readonly error: {
    readonly code: FaultCode;
    /** What happened, in English; screens translate by code. */
    readonly message: string;
    readonly field?: string;
    /** How to put it right. */
    readonly mend?: string;
    readonly details?: Readonly<Record<string, string | number | boolean>>;
    readonly requestId?: string;
  };
};
