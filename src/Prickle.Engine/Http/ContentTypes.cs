namespace Prickle.Engine.Http;

/// <summary>The content type that ClickHouse gives a result in each of its formats.</summary>
static class ContentTypes
{
    public static string Of(string format) => format switch
    {
        _ when format.StartsWith("JSON", StringComparison.OrdinalIgnoreCase) =>
            format.Contains("EachRow", StringComparison.OrdinalIgnoreCase)
                ? "application/x-ndjson; charset=UTF-8"
                : "application/json; charset=UTF-8",
        _ when format.StartsWith("CSVWithNames", StringComparison.OrdinalIgnoreCase) => "text/csv; charset=UTF-8; header=present",
        _ when format.StartsWith("CSV", StringComparison.OrdinalIgnoreCase) => "text/csv; charset=UTF-8; header=absent",
        _ when format.StartsWith("TabSeparated", StringComparison.OrdinalIgnoreCase)
            || format.StartsWith("TSV", StringComparison.OrdinalIgnoreCase) => "text/tab-separated-values; charset=UTF-8",
        _ when IsBinary(format) => "application/octet-stream",
        "XML" => "application/xml; charset=UTF-8",
        "Markdown" => "text/markdown; charset=UTF-8",
        _ => "text/plain; charset=UTF-8",
    };

    static bool IsBinary(string format) =>
        format.StartsWith("RowBinary", StringComparison.OrdinalIgnoreCase)
        || format is "Native" or "Parquet" or "Arrow" or "ArrowStream" or "ORC" or "Avro" or "MsgPack" or "Npy" or "BSONEachRow"
            or "Protobuf" or "ProtobufSingle" or "ProtobufList" or "CapnProto" or "RawBLOB" or "Buffers";
}
