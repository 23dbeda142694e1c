using System.Text.Json;
using Prickle.Filters;
using Prickle.Flags.Evaluation;

namespace Prickle.Flags.Pages;

/// <summary>What a flag is about: decides which parts of the editor there are.</summary>
enum FlagKind
{
    Boolean,
    Multivariate,
    RemoteConfig,
}

/// <summary>A flag while it is edited. What the page does not show is kept as it was.</summary>
sealed class FlagForm
{
    FlagSettings _origin = new();

    public string Key { get; set; } = "";
    public string Description { get; set; } = "";
    public bool Active { get; set; } = true;
    public string Tags { get; set; } = "";
    public FlagKind Kind { get; set; }
    public int? GroupTypeIndex { get; set; }
    public List<SetForm> Sets { get; init; } = [new()];
    public List<VariantForm> Variants { get; init; } = [new("control", 50), new("test", 50)];

    /// <summary>For flags without variants.</summary>
    public string Payload { get; set; } = "";

    public bool IsContinuous { get; set; }
    public bool GoesByDevice { get; set; }
    public bool IsEarlyExit { get; set; }
    public string Contexts { get; set; } = "";
    public string Runtime { get; set; } = FlagRuntimes.All;

    public double ShareOfVariants => Variants.Sum(variant => variant.Share);

    /// <summary>Holds what is set seldom: shown open then.</summary>
    public bool HasAdvanced => IsContinuous || GoesByDevice || IsEarlyExit || Contexts.Length > 0 || Runtime != FlagRuntimes.All;

    public static FlagForm Of(FlagSettings settings)
    {
        var filters = settings.Filters;
        return new FlagForm
        {
            _origin = settings,
            Key = settings.Key,
            Description = settings.Name,
            Active = settings.Active,
            Tags = string.Join(", ", settings.Tags),
            Kind = settings.IsRemoteConfiguration ? FlagKind.RemoteConfig : filters.Variants.Count > 0 ? FlagKind.Multivariate : FlagKind.Boolean,
            GroupTypeIndex = filters.GroupTypeIndex,
            Sets = [.. filters.Groups.Select(SetForm.Of)],
            Variants = filters.Variants.Count == 0 ? [new("control", 50), new("test", 50)]
                : [.. filters.Variants.Select(variant => new VariantForm(variant.Key, variant.RolloutPercentage)
                {
                    Name = variant.Name,
                    Payload = filters.Payloads.GetValueOrDefault(variant.Key, ""),
                })],
            Payload = filters.Payloads.GetValueOrDefault("true", ""),
            IsContinuous = settings.EnsureExperienceContinuity,
            GoesByDevice = settings.BucketingIdentifier == FlagBucketing.DeviceId,
            IsEarlyExit = filters.IsEarlyExit,
            Contexts = string.Join(", ", settings.EvaluationContexts),
            Runtime = settings.EvaluationRuntime,
        };
    }

    public FlagSettings ToSettings()
    {
        var isSplit = Kind == FlagKind.Multivariate;
        return _origin with
        {
            Key = Key.Trim(),
            Name = Description.Trim(),
            Active = Active,
            Tags = Words(Tags),
            EnsureExperienceContinuity = IsContinuous && GroupTypeIndex is null && !GoesByDevice,
            BucketingIdentifier = GoesByDevice ? FlagBucketing.DeviceId : FlagBucketing.DistinctId,
            EvaluationContexts = Words(Contexts),
            EvaluationRuntime = Runtime,
            IsRemoteConfiguration = Kind == FlagKind.RemoteConfig,
            Filters = _origin.Filters with
            {
                Groups = Kind == FlagKind.RemoteConfig ? [] : [.. Sets.Select(set => set.ToCondition(isSplit))],
                Variants = isSplit ? [.. Variants.Select(variant => new FlagVariant(variant.Key.Trim(), variant.Share) { Name = variant.Name })] : [],
                Payloads = isSplit
                    ? Variants.Where(variant => variant.Payload.Trim().Length > 0).DistinctBy(variant => variant.Key.Trim())
                        .ToDictionary(variant => variant.Key.Trim(), variant => variant.Payload.Trim())
                    : Payload.Trim() is { Length: > 0 } payload ? new Dictionary<string, string> { ["true"] = payload } : new Dictionary<string, string>(),
                GroupTypeIndex = GroupTypeIndex,
                IsEarlyExit = IsEarlyExit,
            },
        };
    }

    /// <summary>Gives every variant the same share; the first ones the rest.</summary>
    public void ShareEvenly()
    {
        var (each, rest) = (100 / Variants.Count, 100 % Variants.Count);
        for (var index = 0; index < Variants.Count; index++)
        {
            Variants[index].Share = each + (index < rest ? 1 : 0);
        }
    }

    static string[] Words(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A condition set while it is edited.</summary>
public sealed class SetForm
{
    FlagCondition _origin = new();
    Dictionary<PropertyFilter, FlagProperty> _known = [];

    public FilterGroup Filters { get; set; } = FilterGroup.Everything;
    public List<DependencyForm> Dependencies { get; init; } = [];
    public double Share { get; set; } = 100;
    public string Variant { get; set; } = "";

    public static SetForm Of(FlagCondition condition)
    {
        var properties = condition.Properties.Where(property => property.Type != FlagPropertyTypes.Flag && !IsOddlyNegated(property))
            .Select(property => (Filter: FlagFilterForm.ToFilter(property), Property: property)).ToList();
        return new SetForm
        {
            _origin = condition with { Properties = [.. condition.Properties.Where(IsOddlyNegated)] },
            _known = properties.DistinctBy(pair => pair.Filter).ToDictionary(pair => pair.Filter, pair => pair.Property),
            Filters = FilterGroup.All([.. properties.Select(pair => pair.Filter)]),
            Dependencies = [.. condition.Properties.Where(property => property.Type == FlagPropertyTypes.Flag)
                .Select(property => new DependencyForm { Key = property.Key, Value = FlagWords.Text(property.Value) })],
            Share = condition.RolloutPercentage ?? 100,
            Variant = condition.Variant ?? "",
        };
    }

    // What was not touched keeps its very form: SDKs get a number as the number that it was.
    public FlagCondition ToCondition(bool isSplit) => _origin with
    {
        Properties =
        [
            .. Filters.Leaves.Select(filter => _known.GetValueOrDefault(filter) ?? FlagFilterForm.FromFilter(filter)),
            .. _origin.Properties,
            .. Dependencies.Where(dependency => dependency.Key.Length > 0).Select(dependency => dependency.ToProperty()),
        ],
        RolloutPercentage = Share,
        Variant = isSplit && Variant.Length > 0 ? Variant : null,
    };

    /// <summary>The conditions that come from the API in a form that no filter has; they are shown in words and kept.</summary>
    public IReadOnlyList<FlagProperty> Others => _origin.Properties;

    static bool IsOddlyNegated(FlagProperty property) => property is { IsNegated: true, Type: FlagPropertyTypes.Person or FlagPropertyTypes.Group };
}

/// <summary>A condition on another flag while it is edited.</summary>
public sealed class DependencyForm
{
    public string Key { get; set; } = "";

    /// <summary>true, false or a variant.</summary>
    public string Value { get; set; } = "true";

    public FlagProperty ToProperty() => new(
        Key, FlagPropertyTypes.Flag, FlagPropertyTypes.EvaluatesTo,
        Value is "true" or "false" ? JsonSerializer.SerializeToElement(Value == "true") : JsonSerializer.SerializeToElement(Value));
}

/// <summary>A variant while it is edited.</summary>
public sealed class VariantForm(string key, double share)
{
    public string Key { get; set; } = key;
    public double Share { get; set; } = share;
    public string? Name { get; set; }
    public string Payload { get; set; } = "";
}
