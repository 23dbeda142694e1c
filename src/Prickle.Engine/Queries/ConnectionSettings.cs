using System.Text.RegularExpressions;
using Prickle.Engine.Native;

namespace Prickle.Engine.Queries;

/// <summary>Puts a request's database and settings on its connection, and takes them off a session's again.</summary>
static partial class ConnectionSettings
{
    const int UnknownSetting = 115;
    const int ReadOnlyMode = 164;

    // The library starts out as the command-line tool does; these are the server's own defaults instead. Inserts are
    // written when they come: batching them on a timer would only delay callers that batch already.
    const string ServerDefaults = "implicit_select = 0, allow_introspection_functions = 0, async_insert = 0";

    /// <summary>The error of the first setting the engine refuses, or null.</summary>
    public static EngineError? Apply(EngineConnection connection, QueryRequest request, bool isNew)
    {
        if (request.Settings.Keys.FirstOrDefault(name => !SettingName.IsMatch(name)) is { } unknown)
        {
            return EngineError.Of(UnknownSetting, "UNKNOWN_SETTING", $"Unknown setting '{unknown}'.");
        }
        if (RefuseWriteInSession(connection, request) is { } refusal)
        {
            return refusal;
        }
        var mark = $"log_comment = {SqlText.Literal(Tag(request))}";
        var settings = Listed(request);
        if (isNew)
        {
            return First(connection, $"SET {string.Join(", ", [mark, ServerDefaults, .. settings])}")
                ?? Use(connection, request.Database);
        }
        // A session that made itself read-only takes no more settings, the host's included; statements still run.
        _ = connection.Execute($"SET {mark}");
        return (settings.Count > 0 ? First(connection, $"SET {string.Join(", ", settings)}") : null)
            ?? Use(connection, request.Database);
    }

    /// <summary>Settings of a request hold for that request alone, also in a session.</summary>
    public static void Reset(EngineConnection connection, QueryRequest request)
    {
        if (request.Settings.Count > 0)
        {
            var defaults = request.Settings.Keys.Select(name => $"{name} = DEFAULT");
            _ = connection.Execute($"SET {string.Join(", ", defaults)}");
        }
    }

    /// <summary>What marks the statement among the engine's processes: its query id, then its caller's comment.</summary>
    public static string Tag(QueryRequest request) =>
        request.Settings.TryGetValue("log_comment", out var comment) ? $"{request.QueryId} {comment}" : request.QueryId;

    static List<string> Listed(QueryRequest request)
    {
        var settings = request.Settings
            .Where(setting => setting.Key is not ("log_comment" or "readonly"))
            .Select(setting => $"{setting.Key} = {SqlText.Literal(setting.Value)}")
            .ToList();
        var readOnly = request.Settings.GetValueOrDefault("readonly", "0");
        // Last, because after it nothing more can be set. A session keeps what is set, so there the host itself refuses.
        if (readOnly != "0" || (request.IsReadOnly && request.Session is null))
        {
            settings.Add($"readonly = {SqlText.Literal(readOnly == "0" ? "2" : readOnly)}");
        }
        return settings;
    }

    static EngineError? RefuseWriteInSession(EngineConnection connection, QueryRequest request) =>
        request is { IsReadOnly: true, Session: not null }
        && request.Statement.Keyword is not ("SET" or "USE")
        && !connection.IsReadOnly(request.Statement.Text)
            ? EngineError.Of(ReadOnlyMode, "READONLY", $"{request.Caller.User}: Cannot execute query in readonly mode.")
            : null;

    static EngineError? Use(EngineConnection connection, string? database) =>
        string.IsNullOrEmpty(database) ? null : First(connection, $"USE {SqlText.Name(database)}");

    static EngineError? First(EngineConnection connection, string statement) => connection.Execute(statement).Error;

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.]*\z")]
    static partial Regex SettingName { get; }
}
