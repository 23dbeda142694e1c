using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Prickle.Sql.Running;

/// <summary>The rows of an answer, as they come.</summary>
sealed class SandboxRows : IAsyncDisposable
{
    readonly HttpResponseMessage _response;
    readonly StreamReader _reader;

    SandboxRows(HttpResponseMessage response, StreamReader reader, IReadOnlyList<string> columns, IReadOnlyList<string> types) =>
        (_response, _reader, Columns, Types) = (response, reader, columns, types);

    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyList<string> Types { get; }

    public static async Task<SandboxRows> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var columns = await reader.ReadLineAsync(cancellationToken);
        var types = await reader.ReadLineAsync(cancellationToken);
        return new SandboxRows(response, reader, Names(columns), Names(types));
    }

    public async IAsyncEnumerable<JsonElement> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _reader.ReadLineAsync(cancellationToken) is { } line)
        {
            // The rows of WITH TOTALS come after an empty line, and are not rows of the answer.
            if (line.Length == 0)
            {
                yield break;
            }
            yield return JsonElement.Parse(line);
        }
    }

    /// <summary>What was read for the answer. Exact when the statement had ended before its answer began.</summary>
    public (long Rows, long Bytes) Statistics()
    {
        if (!_response.Headers.TryGetValues("X-ClickHouse-Summary", out var summaries))
        {
            return (0, 0);
        }
        var summary = JsonElement.Parse(summaries.First());
        return (Number("read_rows"), Number("read_bytes"));

        long Number(string name) => summary.TryGetProperty(name, out var value)
            ? long.Parse(value.ToString(), CultureInfo.InvariantCulture)
            : 0;
    }

    static string[] Names(string? line) =>
        line is null ? [] : [.. JsonElement.Parse(line).EnumerateArray().Select(name => name.GetString()!)];

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
