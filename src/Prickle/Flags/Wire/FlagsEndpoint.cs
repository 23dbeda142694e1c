using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Capture;
using Prickle.Storage;

namespace Prickle.Flags.Wire;

/// <summary><c>/flags</c>, and <c>/decide</c> of older SDKs: what all flags are for somebody.</summary>
sealed class FlagsEndpoint(SdkRequests requests, FlagDirectory directory, FlagSubjects subjects, TimeProvider time)
{
    const string SurveyFlags = "survey-targeting-";

    // What the server reads off the wire before it cuts a sender off; what is larger than allowed is refused in words.
    const long Largest = 80L * 1024 * 1024;

    const int FirstSize = 32 * 1024;
    const int LargestKept = 256 * 1024;

    // Of the thread: nothing is awaited while it is used.
    [ThreadStatic]
    static ArrayBufferWriter<byte>? Buffer;

    static readonly string[] Any = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post];

    public void Map(IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").AllowAnonymous().DisableAntiforgery()
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(Largest)).ExcludeFromDescription().DisableValidation();
        routes.MapMethods("/flags", Any, HandleAsync);
        routes.MapMethods("/decide", Any, HandleAsync);
    }

    async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await AnswerNobodyAsync(context);
            return;
        }
        using var opened = await requests.OpenAsync(context);
        if (opened is null)
        {
            return;
        }
        var (request, status, code, detail) = FlagsRequest.Read(opened.Body, context.Request.Headers.UserAgent.ToString());
        if (request is null)
        {
            await requests.RefuseAsync(context, status, code, detail);
            return;
        }
        try
        {
            await WriteAsync(context, opened.Project, await EvaluateAsync(context, opened.Project, request));
        }
        catch (Exception exception) when (StorageOutage.Is(exception))
        {
            await requests.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", "Persons cannot be looked up at this moment; ask again in a few seconds");
        }
    }

    /// <summary>Whoever asks without a body means nobody: the answer has its form, and no flags.</summary>
    async Task AnswerNobodyAsync(HttpContext context)
    {
        if (await requests.FindProjectAsync(context) is { } project)
        {
            await WriteAsync(context, project, []);
        }
    }

    async Task<WrittenAnswer[]> EvaluateAsync(HttpContext context, Project project, FlagsRequest request)
    {
        if (request.IsWithoutFlags)
        {
            return [];
        }
        var isSurveyOnly = context.Request.Query["only_evaluate_survey_feature_flags"] == "true";
        var all = await directory.OfProjectAsync(project.Id, context.RequestAborted);
        var flags = new List<CompiledFlag>(all.All.Count);
        for (var index = 0; index < all.All.Count; index++)
        {
            if (all.All[index] is var flag && request.Wants(flag.Flag.Settings) && (!isSurveyOnly || flag.Key.StartsWith(SurveyFlags, StringComparison.Ordinal)))
            {
                flags.Add(flag);
            }
        }
        if (flags.Count == 0)
        {
            return [];
        }
        var answers = FlagEvaluator.Evaluate(flags, await subjects.OfAsync(project.Id, all, flags, request.Subject, context.RequestAborted));
        var written = new WrittenAnswer[answers.Length];
        for (var index = 0; index < written.Length; index++)
        {
            written[index] = flags[index].Written.Of(answers[index]);
        }
        return written;
    }

    async Task WriteAsync(HttpContext context, Project project, WrittenAnswer[] answers)
    {
        var query = context.Request.Query;
        var isDecide = context.Request.Path.StartsWithSegments("/decide", StringComparison.Ordinal);
        var version = int.TryParse(query["v"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : isDecide ? 1 : 2;
        var form = (isDecide, version) switch
        {
            (true, 2) => FlagsForm.Enabled,
            (true, 3) or (false, 1) => FlagsForm.Values,
            (true, < 2) => FlagsForm.Keys,
            _ => FlagsForm.Details,
        };
        var hasConfig = isDecide || query["config"] == "true" || !query.ContainsKey("v");
        context.Response.ContentType = "application/json";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }
        var now = time.GetUtcNow();
        // Written whole before it is sent: an answer of known length goes out in one piece.
        var text = Buffer ??= new ArrayBufferWriter<byte>(FirstSize);
        text.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(text))
        {
            FlagsReply.Write(writer, form, answers, Guid.CreateVersion7(now), now, hasConfig ? SdkRequests.RemoteConfigOf(project) : null);
        }
        context.Response.ContentLength = text.WrittenCount;
        context.Response.BodyWriter.Write(text.WrittenSpan);
        if (text.Capacity > LargestKept)
        {
            Buffer = null;
        }
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
