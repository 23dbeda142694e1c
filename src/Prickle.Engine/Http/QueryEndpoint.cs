using Prickle.Engine.Native;
using Prickle.Engine.Queries;
using Prickle.Engine.Statements;

namespace Prickle.Engine.Http;

/// <summary>Runs the statement of one request and answers with what comes of it.</summary>
sealed class QueryEndpoint(
    EngineHost host, QueryRunner runner, Sessions sessions, Secret secret, ILogger<QueryEndpoint> logger)
{
    const int UnknownException = 1002;

    public async Task HandleAsync(HttpContext context)
    {
        var writer = new ResponseWriter(context, host);
        if (secret.Check(context.Request, name => context.Request.Query[name]) is { } stranger)
        {
            await writer.RefuseAsync(stranger);
            return;
        }
        try
        {
            await HandleAsync(context, writer);
        }
        catch (Exception failure) when (Compression.IsBroken(failure) && !context.Response.HasStarted)
        {
            await writer.RefuseAsync(Compression.Broken(context.Request, failure));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
        catch (BadHttpRequestException)
        {
            // The body ended before its stated length: nobody is there to be told.
            context.Abort();
        }
        catch (Exception fault) when (fault is not ResultBrokenException)
        {
            logger.LogError(fault, "A request broke");
            if (context.Response.HasStarted)
            {
                throw;
            }
            await writer.RefuseAsync(EngineError.Of(UnknownException, "UNKNOWN_EXCEPTION", fault.Message));
        }
    }

    async Task HandleAsync(HttpContext context, ResponseWriter writer)
    {
        var parameters = new RequestParameters(context.Request, await ReadFormAsync(context.Request));
        var queryId = parameters["query_id"] is { Length: > 0 } given ? given : NewId();
        var (query, refusal) = await PrepareAsync(context, parameters, queryId);
        if (query is null)
        {
            await writer.RefuseAsync(refusal!, queryId);
            return;
        }
        await RunAsync(context, writer, query, parameters);
    }

    async Task RunAsync(HttpContext context, ResponseWriter writer, QueryRequest request, RequestParameters parameters)
    {
        var encoding = parameters.IsOff("enable_http_compression")
            ? null
            : Compression.Choose(context.Request.Headers.AcceptEncoding.ToString());
        var buffer = int.TryParse(parameters["buffer_size"], out var bytes) ? bytes : (int?)null;
        var query = runner.Start(request);
        try
        {
            await writer.SendAsync(query, parameters.IsSet("wait_end_of_query"), buffer, encoding, parameters.IsSet("compress"));
        }
        catch (Exception) when (!query.Completion.IsCompleted || context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone: nobody wants the rest.
            await query.Output.CompleteAsync();
            if (request.Statement.Kind is StatementKind.Select)
            {
                await runner.CancelAsync(query);
            }
            // The body of the request is read until the statement has ended.
            await ((Task)query.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Abort();
        }
        finally
        {
            if (request.Session is { } session && parameters.IsSet("close_session"))
            {
                sessions.Close(session.Id);
            }
        }
    }

    static async Task<(QueryRequest? Query, EngineError? Refusal)> PrepareAsync(
        HttpContext context, RequestParameters parameters, string queryId)
    {
        var request = context.Request;
        var (session, sessionError) = parameters.Session();
        var (body, bodyError) = Compression.Decode(request);
        if (body is not null && parameters.IsSet("decompress"))
        {
            var isChecked = !parameters.IsSet("http_native_compression_disable_checksumming_on_decompress");
            body = Compression.Unpack(body, isChecked);
        }
        if ((sessionError ?? bodyError) is { } refusal)
        {
            return (null, refusal);
        }
        var (statement, isWhole, statementError) =
            await StatementBody.ReadAsync(parameters["query"], body!, context.RequestAborted);
        if (statement is null)
        {
            return (null, statementError);
        }
        return (new()
        {
            QueryId = queryId,
            Statement = statement,
            DefaultFormat = Stated(request, "X-ClickHouse-Format") ?? parameters["default_format"] ?? "TabSeparated",
            Database = Stated(request, "X-ClickHouse-Database") ?? parameters["database"],
            Parameters = parameters.Values(),
            Settings = parameters.Settings(),
            IsReadOnly = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method),
            Session = session,
            Data = isWhole ? null : body,
            Caller = CallerOf(context),
        }, null);
    }

    static Caller CallerOf(HttpContext context) => new(
        "default", context.Connection.RemoteIpAddress?.ToString() ?? "", context.Connection.RemotePort, context.Request.Method,
        context.Request.Headers.UserAgent.ToString(), context.Request.Headers.Referer.ToString(),
        context.Request.Headers["X-Forwarded-For"].ToString());

    static string? Stated(HttpRequest request, string header) =>
        request.Headers[header].ToString() is { Length: > 0 } value ? value : null;

    // Some clients send the statement and its parameters as the fields of a form.
    static async Task<IReadOnlyDictionary<string, string>?> ReadFormAsync(HttpRequest request) =>
        request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true
            ? (await request.ReadFormAsync()).ToDictionary(field => field.Key, field => field.Value[^1] ?? "")
            : null;

    static string NewId() => Guid.NewGuid().ToString();
}
