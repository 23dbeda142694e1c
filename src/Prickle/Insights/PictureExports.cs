using System.Collections.Concurrent;
using System.Globalization;
using Prickle.Accounts;
using Prickle.Api;

namespace Prickle.Insights;

/// <summary>Pictures as files: a few of a project at once, each within a time.</summary>
public sealed class PictureExports(TimeProvider time)
{
    public const int AtOnce = 2;
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    const int RetryAfterSeconds = 5;

    readonly ConcurrentDictionary<int, SemaphoreSlim> _turns = [];

    /// <summary>Draws within the limits of the project; refused where too many are drawn, or it takes too long.</summary>
    public async Task<Outcome<byte[]>> RunAsync(int projectId, Func<CancellationToken, Task<Outcome<byte[]>>> draw, CancellationToken cancellationToken)
    {
        var turns = _turns.GetOrAdd(projectId, _ => new SemaphoreSlim(AtOnce, AtOnce));
        if (!await turns.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return new Refusal(RefusalReason.Throttled, $"{AtOnce} pictures of this project are being drawn already. Try again in a moment.");
        }
        using var late = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await draw(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Refusal(RefusalReason.Unavailable, "The picture took too long. Choose a shorter period, or fewer tiles.");
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>The same as a reply.</summary>
    public async Task<IResult> SendAsync(
        int projectId, string fileName, string contentType, HttpContext context, Func<CancellationToken, Task<Outcome<byte[]>>> draw, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(projectId, draw, cancellationToken);
        if (outcome is Outcome<byte[]>.Done { Value: var file })
        {
            return TypedResults.File(file, contentType, fileName);
        }
        var refusal = ((Outcome<byte[]>.Refused)outcome).Refusal;
        if (refusal.Reason is RefusalReason.Throttled)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }
        return ApiProblem.From(refusal);
    }
}
