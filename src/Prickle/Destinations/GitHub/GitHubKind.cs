using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MudBlazor;
using Octokit;
using Octokit.Internal;
using Prickle.Hosting;
using Prickle.Rendering;

namespace Prickle.Destinations.GitHub;

/// <summary>
/// An issue. A hidden mark in its body names the message: before another try, and where nobody knows about an earlier one, the
/// newest issues are looked through for it.
/// </summary>
sealed partial class GitHubKind(IHttpMessageHandlerFactory handlers, TimeProvider time) : DestinationKind
{
    const string PublicApi = "https://api.github.com/";
    const int MostLookedThrough = 300;

    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);
    static readonly TimeSpan LookBack = TimeSpan.FromDays(2);

    public override string Key => "github";

    public override string Title => "GitHub issue";

    public override string Sentence => "Open an issue in a repository";

    public override string Icon => Icons.Material.Outlined.BugReport;

    public override DestinationRepeat Repeat => DestinationRepeat.AsksFirst;

    public override IReadOnlyList<DestinationField> Connection { get; } =
    [
        new("token", "Token", FieldType.Secret) { IsRequired = true, Help = "A fine-grained token that may read and write issues of the repositories." },
        new("api_url", "API address", FieldType.Url) { Default = PublicApi, Help = "For GitHub Enterprise: https://github.example.com/api/v3/" },
    ];

    public override IReadOnlyList<DestinationField> Message { get; } =
    [
        new("repository", "Repository", FieldType.Text) { IsRequired = true, Longest = 200, Help = "owner/name" },
        new("title", "Title", FieldType.Text) { IsRequired = true, IsTemplate = true, Longest = 250 },
        new("body", "Text", FieldType.LongText) { IsTemplate = true, Escape = TextEscape.Markdown, Longest = 60_000, Help = "In Markdown. Values mention nobody and bring no HTML." },
        new("labels", "Labels", FieldType.Text) { IsTemplate = true, Longest = 1_000, Help = "Separated by commas." },
        new("assignees", "Assignees", FieldType.Text) { IsTemplate = true, Longest = 500, Help = "User names, separated by commas." },
    ];

    public override FieldProblem? ProblemOf(IReadOnlyDictionary<string, string> connection, IReadOnlyDictionary<string, string> message) =>
        message.GetValueOrDefault("repository") is { Length: > 0 } repository && !Repository().IsMatch(repository.Trim())
            ? new FieldProblem("repository", "A repository is named owner/name.") : null;

    public override async Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (!Repository().IsMatch(delivery["repository"]))
        {
            return new DeliveryReport(new DeliveryOutcome.Rejected("A repository is named owner/name."));
        }
        using var transport = new GitHubTransport(handlers.CreateHandler(OutboundHttp.Name), time);
        // Octokit takes a handler at once and throws it away with the adapter.
        using var adapter = new HttpClientAdapter(() => transport);
        var client = new GitHubClient(new Connection(
            new ProductHeaderValue("Prickle"), ApiOf(delivery["api_url"]), new InMemoryCredentialStore(new Credentials(delivery["token"])), adapter, new SimpleJsonSerializer()));
        client.SetRequestTimeout(LongestWait);
        try
        {
            var issue = await FindAsync(client, delivery, cancellationToken);
            var isKnown = issue is not null;
            issue ??= await client.Issue.Create(OwnerOf(delivery), NameOf(delivery), IssueOf(delivery)).WaitAsync(cancellationToken);
            return new DeliveryReport(
                new DeliveryOutcome.Delivered(isKnown ? "An earlier try had arrived." : ""),
                new JsonObject { ["number"] = issue.Number, ["url"] = issue.HtmlUrl }, transport.Last);
        }
        catch (Exception failure) when (OutcomeOf(failure, transport, cancellationToken) is not null)
        {
            return new DeliveryReport(OutcomeOf(failure, transport, cancellationToken)!, null, transport.Last);
        }
    }

    /// <summary>The issue with the mark of this message. A first try looks for none: it is one request then.</summary>
    async Task<Issue?> FindAsync(GitHubClient client, Delivery delivery, CancellationToken cancellationToken)
    {
        if (!delivery.MayHaveArrived)
        {
            return null;
        }
        var wanted = new RepositoryIssueRequest { State = ItemStateFilter.All, Since = time.GetUtcNow() - LookBack, SortProperty = IssueSort.Created, SortDirection = Octokit.SortDirection.Descending };
        var mark = MarkOf(delivery.Key);
        for (var page = 1; page <= MostLookedThrough / 100; page++)
        {
            var issues = await client.Issue.GetAllForRepository(OwnerOf(delivery), NameOf(delivery), wanted, new ApiOptions { StartPage = page, PageCount = 1, PageSize = 100 })
                .WaitAsync(cancellationToken);
            if (issues.FirstOrDefault(issue => issue.Body?.Contains(mark, StringComparison.Ordinal) == true) is { } found)
            {
                return found;
            }
            if (issues.Count < 100)
            {
                break;
            }
        }
        return null;
    }

    static NewIssue IssueOf(Delivery delivery)
    {
        var issue = new NewIssue(delivery["title"]) { Body = $"{delivery["body"]}\n\n{MarkOf(delivery.Key)}" };
        foreach (var label in ListOf(delivery["labels"]))
        {
            issue.Labels.Add(label);
        }
        foreach (var assignee in ListOf(delivery["assignees"]))
        {
            issue.Assignees.Add(assignee.TrimStart('@'));
        }
        return issue;
    }

    // Of a hash: a key may say more than the readers of a public issue should learn, and may not end the comment.
    internal static string MarkOf(string key) => $"<!-- prickle:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))[..16])} -->";

    static DeliveryOutcome? OutcomeOf(Exception failure, GitHubTransport transport, CancellationToken cancellationToken) => failure switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,
        OperationCanceledException or TimeoutException => new DeliveryOutcome.Unreachable("GitHub did not answer in time.", transport.WasPosting),
        RateLimitExceededException or SecondaryRateLimitExceededException or AbuseException => new DeliveryOutcome.RateLimited("GitHub wants fewer requests.", transport.RetryAfter ?? TimeSpan.FromMinutes(1)),
        AuthorizationException => new DeliveryOutcome.Misconfigured("GitHub does not accept the token."),
        NotFoundException => new DeliveryOutcome.Misconfigured("GitHub has no such repository, or the token cannot see it."),
        ForbiddenException when transport.RetryAfter is { } later => new DeliveryOutcome.RateLimited("GitHub wants fewer requests.", later),
        ForbiddenException => new DeliveryOutcome.Misconfigured("The token may not open issues in this repository."),
        ApiValidationException invalid => new DeliveryOutcome.Rejected($"GitHub refused the issue: {WordsOf(invalid)}"),
        ApiException { StatusCode: HttpStatusCode.TooManyRequests } => new DeliveryOutcome.RateLimited("GitHub wants fewer requests.", transport.RetryAfter),
        ApiException { StatusCode: >= HttpStatusCode.InternalServerError and var status } => new DeliveryOutcome.Unreachable($"GitHub has trouble ({(int)status}).", transport.WasPosting),
        ApiException { StatusCode: HttpStatusCode.Gone } => new DeliveryOutcome.Misconfigured("The repository has no issues."),
        ApiException { StatusCode: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest } => new DeliveryOutcome.Misconfigured("GitHub points to another address: the repository was moved."),
        ApiException other => new DeliveryOutcome.Rejected($"GitHub refused the issue ({(int)other.StatusCode})."),
        _ when PrivateAddressException.Is(failure) => new DeliveryOutcome.Unreachable("The API address is one of a private network, which is not allowed here."),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError } =>
            new DeliveryOutcome.Unreachable("GitHub could not be reached."),
        HttpRequestException or IOException => new DeliveryOutcome.Unreachable("The connection to GitHub broke.", transport.WasPosting),
        // What came is not the JSON of GitHub.
        FormatException or InvalidCastException or System.Runtime.Serialization.SerializationException or ArgumentException or NullReferenceException =>
            new DeliveryOutcome.Unreachable("GitHub gave an answer that is none.", transport.WasPosting),
        _ => null,
    };

    static string WordsOf(ApiValidationException invalid) =>
        invalid.ApiError?.Errors is { Count: > 0 } errors ? $"{string.Join(", ", errors.Take(3).Select(error => $"{error.Field} is {error.Code}"))}." : "it is not valid.";

    static Uri ApiOf(string text) => new(text.Length == 0 ? PublicApi : text.EndsWith('/') ? text : $"{text}/");

    static string OwnerOf(Delivery delivery) => delivery["repository"].Split('/')[0];

    static string NameOf(Delivery delivery) => delivery["repository"].Split('/')[1];

    static IEnumerable<string> ListOf(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase).Take(50);

    [GeneratedRegex(@"^[A-Za-z0-9-]+/(?!\.{1,2}$)[A-Za-z0-9._-]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Repository();
}
