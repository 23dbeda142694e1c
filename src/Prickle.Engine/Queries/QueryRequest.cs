using System.IO.Pipelines;
using Prickle.Engine.Statements;

namespace Prickle.Engine.Queries;

/// <summary>A statement to run, with everything that shapes its run.</summary>
sealed record QueryRequest
{
    public required string QueryId { get; init; }
    public required Statement Statement { get; init; }

    /// <summary>The format of a result when the statement names none.</summary>
    public required string DefaultFormat { get; init; }

    public string? Database { get; init; }
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Whether the statement may change nothing, as everything that comes by GET.</summary>
    public bool IsReadOnly { get; init; }

    public SessionRequest? Session { get; init; }

    /// <summary>Data behind what <see cref="Statement"/> already holds; null when that is all.</summary>
    public PipeReader? Data { get; init; }

    public required Caller Caller { get; init; }
}

/// <summary>The session a statement belongs to.</summary>
/// <param name="MustExist">Refuse when the session is not there yet.</param>
sealed record SessionRequest(string Id, TimeSpan Timeout, bool MustExist);

/// <summary>Who asks, as the query log tells it.</summary>
sealed record Caller(
    string User, string Address, int Port, string Method, string UserAgent, string Referer, string ForwardedFor);
