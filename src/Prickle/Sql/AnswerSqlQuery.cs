using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Accounts;

namespace Prickle.Sql;

/// <summary>
/// The query kinds <c>SqlQuery</c> and <c>HogQLQuery</c>: reads the query as it came, runs it, remembers it. The console and
/// the API both ask here.
/// </summary>
public sealed class AnswerSqlQuery(SqlSandbox sandbox, SqlHistory history, TimeProvider time)
{
    /// <summary>The kinds that are answered here.</summary>
    public static bool Handles(string kind) => kind is "SqlQuery" or "HogQLQuery";

    /// <summary>Whether the statement of a query has a place for filters: <c>{filters}</c>.</summary>
    public static bool HasFilters(JsonElement query) =>
        query.ValueKind == JsonValueKind.Object && query.TryGetProperty("query", out var statement) && statement.ValueKind == JsonValueKind.String
        && Statements.StatementReader.HasFilters(statement.GetString()!);

    /// <summary>What <c>{filters}</c> stands for in a query.</summary>
    public static SqlFilters FiltersOf(JsonElement query) =>
        query.ValueKind == JsonValueKind.Object && query.TryGetProperty("filters", out var given) && SqlFilters.Read(given) is { } filters ? filters : new();

    /// <summary>A query with other filters.</summary>
    public static JsonElement WithFilters(JsonElement query, Func<SqlFilters, SqlFilters> change)
    {
        var changed = JsonObject.Create(query)!;
        changed["filters"] = JsonNode.Parse(change(FiltersOf(query)).Write().GetRawText());
        return JsonSerializer.SerializeToElement(changed);
    }

    /// <summary>A request as a query that <see cref="Read"/> reads: to be kept, with the values of its variables as defaults.</summary>
    /// <param name="before">What was kept before: members that are no part of a request stay.</param>
    public static JsonElement Write(SqlRequest request, JsonElement? before)
    {
        var query = before is { ValueKind: JsonValueKind.Object } kept ? JsonObject.Create(kept)! : new JsonObject { ["kind"] = "SqlQuery" };
        query["query"] = request.Statement;
        query["variables"] = new JsonObject(request.Variables.Select(variable => KeyValuePair.Create(variable.Name, (JsonNode?)new JsonObject
        {
            ["type"] = variable.Type.ToString().ToLowerInvariant(),
            ["default"] = (variable.Value ?? variable.Default) is { } value ? JsonNode.Parse(value.GetRawText()) : null,
        })));
        query.Remove("filters");
        if (!request.Filters.IsEmpty)
        {
            query["filters"] = JsonNode.Parse(request.Filters.Write().GetRawText());
        }
        return JsonSerializer.SerializeToElement(query);
    }

    /// <summary>Runs a request and notes it in the history of the one who asks.</summary>
    public async Task<SqlOutcome<SqlAnswer>> RunAsync(ProjectGrant grant, SqlRequest request, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var outcome = await sandbox.RunAsync(grant.Project, request, cancellationToken);
        if (outcome is not SqlOutcome<SqlAnswer>.Refused { Refusal.Reason: SqlRefusalReason.Busy or SqlRefusalReason.NeedsConfirmation })
        {
            await history.AddAsync(grant, request.Statement, time.GetElapsedTime(begun), outcome, CancellationToken.None);
        }
        return outcome;
    }

    /// <summary>
    /// Reads the query of a request to the API: <c>{"kind": "SqlQuery", "query": "select …", "variables": {…}, "filters": {…},
    /// "limit": …}</c>. A variable is a plain value, or <c>{"type", "value", "default"}</c>; filters are as those of questions.
    /// </summary>
    /// <param name="query">The member <c>query</c> of the request.</param>
    /// <param name="confirm">The member <c>confirm</c>.</param>
    /// <param name="clientQueryId">The member <c>client_query_id</c>.</param>
    public static SqlOutcome<SqlRequest> Read(JsonElement query, bool confirm, string? clientQueryId)
    {
        if (query.ValueKind != JsonValueKind.Object
            || !query.TryGetProperty("query", out var statement) || statement.ValueKind != JsonValueKind.String)
        {
            return new SqlRefusal(SqlRefusalReason.InvalidStatement, "The query needs its statement in the member `query`.");
        }
        var variables = new List<SqlVariable>();
        if (query.TryGetProperty("variables", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in given.EnumerateObject())
            {
                if (ReadVariable(member) is not { } variable)
                {
                    return new SqlRefusal(SqlRefusalReason.InvalidVariable,
                        $"The type of the variable {member.Name} must be string, number, boolean, list or date.");
                }
                variables.Add(variable);
            }
        }
        var filters = new SqlFilters();
        if (query.TryGetProperty("filters", out var around) && around.ValueKind != JsonValueKind.Null)
        {
            if (SqlFilters.Read(around) is not { } read)
            {
                return new SqlRefusal(SqlRefusalReason.InvalidFilters, "filters hold dateRange {date_from, date_to}, properties and filterTestAccounts.");
            }
            filters = read;
        }
        int? limit = query.TryGetProperty("limit", out var stated) && stated.ValueKind == JsonValueKind.Number && stated.TryGetInt32(out var number) ? number : null;
        return new SqlRequest(statement.GetString()!) { Variables = variables, Filters = filters, Limit = limit, Confirm = confirm, ClientQueryId = clientQueryId };
    }

    static SqlVariable? ReadVariable(JsonProperty member)
    {
        if (member.Value.ValueKind != JsonValueKind.Object)
        {
            return new SqlVariable(member.Name, TypeOf(member.Value), member.Value);
        }
        JsonElement? value = member.Value.TryGetProperty("value", out var found) ? found : null;
        JsonElement? standard = member.Value.TryGetProperty("default", out var fallback) ? fallback : null;
        var type = TypeOf(value ?? standard ?? default);
        return !member.Value.TryGetProperty("type", out var named)
            || (Enum.TryParse(named.GetString(), ignoreCase: true, out type) && Enum.IsDefined(type))
                ? new SqlVariable(member.Name, type, value, standard)
                : null;
    }

    static SqlVariableType TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => SqlVariableType.Number,
        JsonValueKind.True or JsonValueKind.False => SqlVariableType.Boolean,
        JsonValueKind.Array => SqlVariableType.List,
        _ => SqlVariableType.String,
    };
}
