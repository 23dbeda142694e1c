using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Cohorts;
using Prickle.Flags;
using Prickle.Previews.Product;
using Prickle.Storage;

namespace Prickle.Previews;

/// <summary>A preview of the product itself, for those who have an account in it.</summary>
public sealed record ProductPreview(string Key, string Name, string Description, PreviewStage Stage);

/// <summary>A preview of the product as somebody finds it.</summary>
/// <param name="Choice">What they chose; null for nothing yet.</param>
/// <param name="IsOn">What it is for them.</param>
public sealed record ProductPreviewOffer(ProductPreview Preview, bool? Choice, bool IsOn);

/// <summary>
/// The product's own previews: the same stages and the same evaluation as those of customers. What people chose is theirs
/// wherever they sign in.
/// </summary>
public sealed class ProductPreviews
{
    public const string CompactTables = "compact-tables";
    public const string HedgehogMode = "hedgehog-mode";

    /// <summary>What there is to try. One that is over stays here as archived, so that its key is not taken again.</summary>
    public static readonly IReadOnlyList<ProductPreview> All =
    [
        new(CompactTables, "Compact tables", "Lists with lower rows and smaller print: more of them on a screen, for those who read a lot of them.", PreviewStage.Beta),
        new(HedgehogMode, "Hedgehog mode", "A hedgehog that walks along the edge of your window, sleeps when nothing happens, and is pleased when something does.", PreviewStage.Concept),
    ];

    const int LongestReason = 2000;

    static readonly Refusal NotOffered = Refusal.NotFound("There is no such preview at this moment.");

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly ActivityLog _activity;
    readonly TimeProvider _time;
    readonly IReadOnlyList<ProductPreview> _previews;
    readonly CompiledFlags _flags;

    internal ProductPreviews(IDbContextFactory<PrickleDatabase> databases, ActivityLog activity, TimeProvider time, IReadOnlyList<ProductPreview> previews)
    {
        (_databases, _activity, _time, _previews) = (databases, activity, time, previews);
        _flags = CompiledFlags.Of([.. previews.Select(FlagOf)], new Dictionary<int, CohortSettings>(), new Dictionary<int, string>());
    }

    /// <summary>Somebody chose: their user id.</summary>
    public event Action<Guid>? Changed;

    /// <summary>What somebody may try, in the order of the list.</summary>
    public async Task<IReadOnlyList<ProductPreviewOffer>> ListAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var choices = await database.Set<ProductPreviewChoiceRow>().AsNoTracking().Where(row => row.UserId == userId)
            .ToDictionaryAsync(row => row.Key, row => row.IsEnabled, cancellationToken);
        var answers = FlagEvaluator.Evaluate(_flags.All, SubjectOf(userId, choices));
        return
        [
            .. _previews.Zip(answers).Where(pair => PreviewStages.IsListed(pair.First.Stage)).Select(pair => new ProductPreviewOffer(
                pair.First, choices.TryGetValue(pair.First.Key, out var chosen) ? chosen : null, pair.Second.IsEnabled)),
        ];
    }

    /// <summary>Whether a preview is on for somebody.</summary>
    public async Task<bool> IsOnAsync(Guid userId, string key, CancellationToken cancellationToken) =>
        (await ListAsync(userId, cancellationToken)).Any(offer => offer.Preview.Key == key && offer.IsOn);

    /// <summary>Keeps what somebody chooses.</summary>
    public async Task<Outcome<ProductPreviewOffer>> ChooseAsync(Actor actor, string key, bool isEnabled, CancellationToken cancellationToken)
    {
        if (!_previews.Any(preview => preview.Key == key && PreviewStages.IsListed(preview.Stage)))
        {
            return NotOffered;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var row = await database.Set<ProductPreviewChoiceRow>().FindAsync([actor.UserId, key], cancellationToken)
            ?? database.Add(new ProductPreviewChoiceRow { UserId = actor.UserId, Key = key }).Entity;
        (row.IsEnabled, row.ChosenAt) = (isEnabled, _time.GetUtcNow());
        await database.SaveChangesAsync(cancellationToken);
        Changed?.Invoke(actor.UserId);
        return (await ListAsync(actor.UserId, cancellationToken)).First(offer => offer.Preview.Key == key);
    }

    /// <summary>Writes down why somebody switched a preview off, where those who look after their organization read it.</summary>
    public async Task<Outcome<ProductPreview>> SayWhyAsync(ProjectGrant grant, string key, string reason, CancellationToken cancellationToken)
    {
        if (_previews.FirstOrDefault(preview => preview.Key == key) is not { } preview)
        {
            return NotOffered;
        }
        if (reason.Trim().Length is 0 or > LongestReason)
        {
            return Refusal.Invalid("reason", $"1 to {LongestReason} characters.");
        }
        await _activity.RecordAsync(new ActivityEntry
        {
            OrganizationId = grant.Project.OrganizationId,
            Actor = grant.Actor,
            Verb = ActivityVerb.Updated,
            Resource = Resource.EarlyAccessFeature,
            ItemId = preview.Key,
            ItemName = $"{preview.Name} (preview of Prickle)",
            After = new { Enabled = false, Reason = reason.Trim() },
        }, cancellationToken);
        return preview;
    }

    // A preview that is ready is on for all who did not choose otherwise.
    static FeatureFlag FlagOf(ProductPreview preview, int index) => new()
    {
        Id = index + 1,
        ProjectId = 0,
        Settings = new FlagSettings
        {
            Key = preview.Key,
            Filters = new FlagFilters
            {
                IsEnrollment = PreviewStages.Enrolls(preview.Stage),
                Groups = preview.Stage == PreviewStage.GeneralAvailability ? [new FlagCondition()] : [],
            },
        },
    };

    FlagSubject SubjectOf(Guid userId, IReadOnlyDictionary<string, bool> choices) => new()
    {
        DistinctId = $"{userId}",
        Now = _time.GetUtcNow(),
        Person = new FlagProperties(JsonSerializer.SerializeToElement(choices.ToDictionary(choice => FlagPropertyTypes.Enrollment(choice.Key), choice => choice.Value))),
    };
}
