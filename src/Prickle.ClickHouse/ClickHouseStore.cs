using System.Data.Common;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using ClickHouse.Driver.ADO.Parameters;

namespace Prickle.ClickHouse;

/// <summary>
/// The analytical store: parameterised queries through the official driver, and bulk inserts of JSON rows.
/// </summary>
/// <remarks>
/// The endpoint is asked for at each call, because a restarted engine may come back on another port.
/// Safe to use from many threads.
/// </remarks>
public sealed partial class ClickHouseStore : IDisposable
{
    // Codes that speak of the rows themselves; every other failure may pass by itself.
    // 6, 26, 27, 41, 53, 69, 72, 117, 130, 131, 321, 636: unparsable or out of range values; 469: a constraint.
    static readonly HashSet<int> RowFaults = [6, 26, 27, 38, 41, 53, 69, 72, 117, 130, 131, 190, 321, 349, 467, 469, 636];

    const int LargestInsert = 32 * 1024 * 1024;

    readonly Func<ClickHouseEndpoint> _endpoint;
    readonly HttpClient _http;
    readonly Lock _lock = new();
    (ClickHouseEndpoint Endpoint, ClickHouseClient Client)? _current;

    /// <summary>Makes a store over the endpoint that the function gives at each call.</summary>
    /// <param name="endpoint">Throws <see cref="ClickHouseUnavailableException"/> while there is none.</param>
    public ClickHouseStore(Func<ClickHouseEndpoint> endpoint)
    {
        _endpoint = endpoint;
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            AutomaticDecompression = System.Net.DecompressionMethods.All,
        };
        _http = new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(10) };
    }

    /// <summary>The endpoint in use now.</summary>
    public ClickHouseEndpoint Endpoint => _endpoint();

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <param name="sql">May hold <c>{name:Type}</c> parameters.</param>
    /// <param name="parameters">Values for them.</param>
    /// <param name="cancellationToken">Stops waiting; the server stops the query when the connection closes.</param>
    /// <exception cref="ClickHouseServerException">ClickHouse refused it.</exception>
    public Task ExecuteAsync(
        string sql, IEnumerable<(string Name, object Value)>? parameters = null, CancellationToken cancellationToken = default) =>
        Client().ExecuteNonQueryAsync(sql, Bind(parameters), null, cancellationToken);

    /// <summary>Runs a query and streams its rows.</summary>
    /// <param name="sql">May hold <c>{name:Type}</c> parameters.</param>
    /// <param name="read">Makes a value of the current row.</param>
    /// <param name="parameters">Values for the parameters.</param>
    /// <param name="settings">ClickHouse settings for this query alone, and limits such as <c>max_execution_time</c> (seconds).</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async IAsyncEnumerable<T> QueryAsync<T>(
        string sql,
        Func<DbDataReader, T> read,
        IEnumerable<(string Name, object Value)>? parameters = null,
        IReadOnlyDictionary<string, object>? settings = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var options = Noted(settings) is { Count: > 0 } noted ? new QueryOptions { CustomSettings = noted } : null;
        using var reader = await Client().ExecuteReaderAsync(sql, Bind(parameters), options, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return read(reader);
        }
    }

    /// <summary>As <see cref="QueryAsync{T}"/>, gathered into a list: for results known to be small.</summary>
    public async Task<List<T>> ListAsync<T>(
        string sql,
        Func<DbDataReader, T> read,
        IEnumerable<(string Name, object Value)>? parameters = null,
        IReadOnlyDictionary<string, object>? settings = null,
        CancellationToken cancellationToken = default)
    {
        var rows = new List<T>();
        await foreach (var row in QueryAsync(sql, read, parameters, settings, cancellationToken))
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>As <see cref="ListAsync{T}"/>, with what the answer cost and an id by which it can be found and stopped.</summary>
    /// <param name="sql">May hold <c>{name:Type}</c> parameters.</param>
    /// <param name="read">Makes a value of the current row.</param>
    /// <param name="parameters">Values for the parameters.</param>
    /// <param name="settings">ClickHouse settings for this query alone.</param>
    /// <param name="queryId">The query's id in <c>system.processes</c> and <c>system.query_log</c>; unique.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<(List<T> Rows, QueryCost Cost)> MeasureAsync<T>(
        string sql,
        Func<DbDataReader, T> read,
        IEnumerable<(string Name, object Value)>? parameters = null,
        IReadOnlyDictionary<string, object>? settings = null,
        string? queryId = null,
        CancellationToken cancellationToken = default)
    {
        var rows = new List<T>();
        var cost = await MeasureEachAsync(sql, row => rows.Add(read(row)), parameters, settings, queryId, cancellationToken);
        return (rows, cost);
    }

    /// <summary>As <see cref="MeasureAsync{T}"/>, but gives each row as it comes and keeps none.</summary>
    /// <param name="sql">May hold <c>{name:Type}</c> parameters.</param>
    /// <param name="each">Is called with the reader on each row.</param>
    /// <param name="parameters">Values for the parameters.</param>
    /// <param name="settings">ClickHouse settings for this query alone.</param>
    /// <param name="queryId">The query's id in <c>system.processes</c> and <c>system.query_log</c>; unique.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<QueryCost> MeasureEachAsync(
        string sql,
        Action<DbDataReader> each,
        IEnumerable<(string Name, object Value)>? parameters = null,
        IReadOnlyDictionary<string, object>? settings = null,
        string? queryId = null,
        CancellationToken cancellationToken = default)
    {
        using var connection = Client().CreateConnection();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.QueryId = queryId;
        foreach (var (name, value) in Noted(settings))
        {
            command.CustomSettings[name] = value;
        }
        foreach (var (name, value) in parameters ?? [])
        {
            command.Parameters.Add(new ClickHouseDbParameter { ParameterName = name, Value = value });
        }
        var begun = Stopwatch.GetTimestamp();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                each(reader);
            }
        }
        var stats = command.QueryStats;
        return new QueryCost(stats?.ReadRows ?? 0, stats?.ReadBytes ?? 0, Stopwatch.GetElapsedTime(begun));
    }

    /// <summary>The first column of the first row, or null when there is no row.</summary>
    public Task<object?> ScalarAsync(
        string sql, IEnumerable<(string Name, object Value)>? parameters = null, CancellationToken cancellationToken = default) =>
        Client().ExecuteScalarAsync(sql, Bind(parameters), null, cancellationToken)!;

    /// <summary>Inserts rows written as one JSON object a line (format JSONEachRow).</summary>
    /// <param name="table">Table with its columns, for example <c>events (uuid, event)</c>; never from user input.</param>
    /// <param name="rows">UTF-8 lines.</param>
    /// <param name="settings">ClickHouse settings of this insert as <c>name=value</c> pairs joined by <c>&amp;</c>, or empty.</param>
    /// <param name="cancellationToken">Gives up; whether the rows are stored is then unknown.</param>
    public Task<InsertOutcome> InsertJsonRowsAsync(
        string table, ReadOnlyMemory<byte> rows, string settings = "", CancellationToken cancellationToken = default)
    {
        var content = new ReadOnlyMemoryContent(rows);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return InsertAsync(table, content, settings, cancellationToken);
    }

    /// <summary>Begins an insert that rows are added to little by little.</summary>
    /// <param name="table">Table with its columns; never from user input.</param>
    /// <param name="settings">As for <see cref="InsertJsonRowsAsync"/>.</param>
    /// <param name="cancellationToken">Gives up; whether the rows are stored is then unknown.</param>
    public OpenInsert BeginInsert(string table, string settings = "", CancellationToken cancellationToken = default) =>
        new(rows => InsertAsync(table, rows, settings, cancellationToken));

    async Task<InsertOutcome> InsertAsync(string table, HttpContent rows, string settings, CancellationToken cancellationToken)
    {
        try
        {
            var endpoint = _endpoint();
            var statement = Uri.EscapeDataString($"INSERT INTO {table} FORMAT JSONEachRow");
            var query = $"?database={Uri.EscapeDataString(endpoint.Database)}&query={statement}{(settings.Length > 0 ? "&" : "")}{settings}";
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint.Address, query)) { Content = rows };
            request.Headers.Add("X-ClickHouse-User", endpoint.User);
            request.Headers.Add("X-ClickHouse-Key", endpoint.Password);
            using var response = await _http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode ? InsertOutcome.Stored.Value : await ReadFailureAsync(response, cancellationToken);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or ClickHouseUnavailableException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new InsertOutcome.Unavailable(failure.Message);
        }
    }

    /// <summary>
    /// Inserts all rows, in statements of at most 32 MB. A refused statement is halved until the rows that are the
    /// matter stand alone: the others are stored, and those are given back with ClickHouse's reason.
    /// </summary>
    /// <param name="table">Table with its columns; never from user input.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="settings">As for <see cref="InsertJsonRowsAsync"/>.</param>
    /// <param name="cancellationToken">Gives up; some rows may be stored.</param>
    /// <exception cref="ClickHouseUnavailableException">The store cannot take rows now; some may be stored.</exception>
    public async Task<IReadOnlyList<(int Row, string Why)>> InsertRowsAsync(
        string table, JsonRows rows, string settings = "", CancellationToken cancellationToken = default)
    {
        var refused = new List<(int Row, string Why)>();
        for (var from = 0; from < rows.Count;)
        {
            var to = from + 1;
            while (to < rows.Count && rows.Lines(from, to + 1).Length <= LargestInsert)
            {
                to++;
            }

            await InsertHalvingAsync(
                from, to, (first, end) => InsertJsonRowsAsync(table, rows.Lines(first, end), settings, cancellationToken), refused);
            from = to;
        }

        return refused;
    }

    /// <summary>Removes the rows of one project that are older than a moment, on every node of a cluster.</summary>
    /// <param name="table">A table with a column <c>project_id</c>; never from user input.</param>
    /// <param name="column">Its column of times; never from user input.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="before">Rows before this go.</param>
    /// <param name="cancellationToken">Stops waiting; the server goes on.</param>
    public Task DeleteAsync(string table, string column, int projectId, DateTimeOffset before, CancellationToken cancellationToken) =>
        DeleteWhereAsync(
            table, $"project_id = {projectId} AND {column} < fromUnixTimestamp64Milli({before.ToUnixTimeMilliseconds()}, 'UTC')", cancellationToken);

    /// <summary>Removes the rows of one project from a table, on every node of a cluster.</summary>
    /// <param name="table">A table with a column <c>project_id</c>; never from user input.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="cancellationToken">Stops waiting; the server goes on.</param>
    public Task DeleteProjectAsync(string table, int projectId, CancellationToken cancellationToken) =>
        DeleteWhereAsync(table, $"project_id = {projectId}", cancellationToken);

    static Dictionary<string, object> Noted(IReadOnlyDictionary<string, object>? settings)
    {
        var noted = settings is null ? [] : new Dictionary<string, object>(settings);
        if (StatementNotes.Text is { } text)
        {
            noted["log_comment"] = text;
        }
        return noted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _current?.Client.Dispose();
    }

    /// <summary>Removes the rows that fit a condition, on every node of a cluster.</summary>
    /// <param name="table">A table; never from user input.</param>
    /// <param name="condition">Takes no parameters, so it holds numbers of ours at most; never from user input.</param>
    /// <param name="cancellationToken">Stops waiting; the server goes on.</param>
    // Waits for this node only: on a cluster the others follow by themselves.
    public Task DeleteWhereAsync(string table, string condition, CancellationToken cancellationToken) => ExecuteAsync(
        new Schema.SchemaTemplate(Endpoint).Expand(
            $"DELETE FROM {{local:{table}}} {{on_cluster}} WHERE {condition} SETTINGS lightweight_deletes_sync = 1"),
        null, cancellationToken);

    /// <summary>The same by values, which may come from anywhere: the condition holds places for them.</summary>
    public Task DeleteWhereAsync(string table, string condition, IEnumerable<(string Name, object Value)> parameters, CancellationToken cancellationToken) => ExecuteAsync(
        $"{new Schema.SchemaTemplate(Endpoint).Expand($"DELETE FROM {{local:{table}}} {{on_cluster}}")} WHERE {condition} SETTINGS lightweight_deletes_sync = 1",
        parameters, cancellationToken);

    static async Task<InsertOutcome> ReadFailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var known = response.Headers.TryGetValues("X-ClickHouse-Exception-Code", out var values);
        return known && int.TryParse(values!.First(), out var code) && RowFaults.Contains(code)
            ? new InsertOutcome.Refused(code, text)
            : new InsertOutcome.Unavailable($"{(int)response.StatusCode}: {text[..Math.Min(text.Length, 500)]}");
    }

    static ClickHouseParameterCollection? Bind(IEnumerable<(string Name, object Value)>? parameters)
    {
        if (parameters is null)
        {
            return null;
        }

        var bound = new ClickHouseParameterCollection();
        foreach (var (name, value) in parameters)
        {
            bound.Add(new ClickHouseDbParameter { ParameterName = name, Value = value });
        }

        return bound;
    }

    ClickHouseClient Client()
    {
        var endpoint = _endpoint();
        lock (_lock)
        {
            if (_current is { } current && current.Endpoint == endpoint)
            {
                return current.Client;
            }

            // A client replaced after a restart may still serve a caller: it is left to the collector, the HTTP client is shared.
            var client = new ClickHouseClient(new ClickHouseClientSettings
            {
                Host = endpoint.Address.Host,
                Port = (ushort)endpoint.Address.Port,
                Protocol = endpoint.Address.Scheme,
                Username = endpoint.User,
                Password = endpoint.Password,
                Database = endpoint.Database,
                UseCompression = !endpoint.Address.IsLoopback,
                // Long statements and values go in the body: URLs are limited.
                UseFormDataParameters = false,
                HttpClient = _http,
            });
            _current = (endpoint, client);
            return client;
        }
    }
}
