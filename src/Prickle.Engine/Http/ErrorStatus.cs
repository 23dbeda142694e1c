namespace Prickle.Engine.Http;

/// <summary>The HTTP status that ClickHouse gives each of its error codes.</summary>
static class ErrorStatus
{
    public static int Of(int code) => code switch
    {
        // REQUIRED_PASSWORD
        194 => StatusCodes.Status401Unauthorized,
        // UNKNOWN_USER, WRONG_PASSWORD, ACCESS_DENIED, SET_NON_GRANTED_ROLE, AUTHENTICATION_FAILED
        192 or 193 or 497 or 512 or 516 => StatusCodes.Status403Forbidden,
        // CANNOT_PARSE_* of texts, escapes, dates, numbers, domains, addresses and UUIDs
        6 or 25 or 26 or 27 or 38 or 41 or 72 or 376 or 441 or 675 or 676 => StatusCodes.Status400BadRequest,
        // BAD_ARGUMENTS, SYNTAX_ERROR, CANNOT_COMPILE_REGEXP, INCORRECT_DATA, TYPE_MISMATCH, VALUE_IS_OUT_OF_RANGE
        36 or 62 or 427 or 117 or 53 or 321 => StatusCodes.Status400BadRequest,
        // Columns that are missing, doubled or of the wrong kind; syntax trees too deep, too big or unexpected
        8 or 15 or 37 or 44 or 123 or 167 or 168 or 223 => StatusCodes.Status400BadRequest,
        // UNKNOWN_ table, function, identifier, type, storage, database, database engine, setting, sort direction,
        // aggregate function, format, type of query and role
        46 or 47 or 50 or 56 or 60 or 63 or 73 or 78 or 81 or 115 or 152 or 336 or 511 => StatusCodes.Status404NotFound,
        // TIMEOUT_EXCEEDED
        159 => StatusCodes.Status408RequestTimeout,
        // HTTP_LENGTH_REQUIRED
        381 => StatusCodes.Status411LengthRequired,
        // QUERY_IS_TOO_LARGE
        229 => StatusCodes.Status413PayloadTooLarge,
        // UNSUPPORTED_MEDIA_TYPE
        779 => StatusCodes.Status415UnsupportedMediaType,
        // NOT_IMPLEMENTED
        48 => StatusCodes.Status501NotImplemented,
        // CANNOT_OPEN_FILE, SOCKET_TIMEOUT, CANNOT_SCHEDULE_TASK
        76 or 209 or 439 => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
