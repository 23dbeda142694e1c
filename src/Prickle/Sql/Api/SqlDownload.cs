using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Prickle.Accounts;

namespace Prickle.Sql.Api;

/// <summary>The whole result of a statement as a file. One that breaks off is cut, so that nobody takes it for whole.</summary>
static class SqlDownload
{
    public static async Task<IResult> SendAsync(
        ProjectGrant grant, JsonElement query, SqlSandbox sandbox, HttpContext context, CancellationToken cancellationToken)
    {
        var format = query.ValueKind == JsonValueKind.Object && query.TryGetProperty("format", out var named) ? named.ToString() : "csv";
        var confirm = query.ValueKind == JsonValueKind.Object && query.TryGetProperty("confirm", out var confirmed) && confirmed.ValueKind == JsonValueKind.True;
        return await SendFileAsync(grant, query, format, confirm, "result", sandbox, context, cancellationToken);
    }

    /// <summary>The same of a statement that was kept.</summary>
    /// <param name="name">Of the file, without its ending.</param>
    public static async Task<IResult> SendFileAsync(
        ProjectGrant grant, JsonElement query, string format, bool confirm, string name, SqlSandbox sandbox, HttpContext context,
        CancellationToken cancellationToken)
    {
        if (format is not ("csv" or "json"))
        {
            return SqlProblem.From(new SqlRefusal(SqlRefusalReason.InvalidStatement, "The format is csv or json."));
        }
        var read = AnswerSqlQuery.Read(query, confirm, null);
        if (read is not SqlOutcome<SqlRequest>.Done { Value: var request })
        {
            return SqlProblem.From(((SqlOutcome<SqlRequest>.Refused)read).Refusal);
        }
        var opened = await sandbox.StreamAsync(grant.Project, request, cancellationToken);
        if (opened is not SqlOutcome<SqlResult>.Done { Value: var result })
        {
            return SqlProblem.From(((SqlOutcome<SqlResult>.Refused)opened).Refusal);
        }
        await using (result)
        {
            context.Response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8";
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{format}\"";
            try
            {
                await WriteAsync(result, format, context.Response.BodyWriter, cancellationToken);
            }
            catch (Exception failure) when (failure is JsonException or IOException or HttpRequestException)
            {
                context.Abort();
            }
        }
        return Results.Empty;
    }

    /// <summary>Writes the rows as csv or json, as they come.</summary>
    public static Task WriteAsync(SqlResult result, string format, PipeWriter writer, CancellationToken cancellationToken) =>
        format == "csv" ? WriteCsvAsync(result, writer, cancellationToken) : WriteJsonAsync(result, writer, cancellationToken);

    static async Task WriteCsvAsync(SqlResult result, PipeWriter writer, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        line.AppendJoin(',', result.Columns.Select(CsvField)).Append("\r\n");
        await foreach (var row in result.ReadAsync(cancellationToken))
        {
            line.AppendJoin(',', row.EnumerateArray().Select(cell => cell.ValueKind == JsonValueKind.Null ? "" : CsvField(cell.ToString()))).Append("\r\n");
            if (line.Length > 1 << 14)
            {
                await FlushAsync();
            }
        }
        await FlushAsync();

        async Task FlushAsync()
        {
            Encoding.UTF8.GetBytes(line.ToString(), writer);
            line.Clear();
            await writer.FlushAsync(cancellationToken);
        }
    }

    static async Task WriteJsonAsync(SqlResult result, PipeWriter writer, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(writer);
        json.WriteStartArray();
        await foreach (var row in result.ReadAsync(cancellationToken))
        {
            json.WriteStartObject();
            for (var index = 0; index < result.Columns.Count; index++)
            {
                json.WritePropertyName(result.Columns[index]);
                row[index].WriteTo(json);
            }
            json.WriteEndObject();
            if (json.BytesPending > 1 << 14)
            {
                await json.FlushAsync(cancellationToken);
                await writer.FlushAsync(cancellationToken);
            }
        }
        json.WriteEndArray();
        await json.FlushAsync(cancellationToken);
        await writer.FlushAsync(cancellationToken);
    }

    // Fields as RFC 4180 has them.
    static string CsvField(string text) =>
        text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
