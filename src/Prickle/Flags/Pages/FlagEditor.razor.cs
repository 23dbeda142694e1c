using System.Globalization;
using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Filters;
using Prickle.Shell;

namespace Prickle.Flags.Pages;

/// <summary>Makes a flag or changes one, and shows meanwhile who would get it.</summary>
public sealed partial class FlagEditor(
    FlagQueries flags, FlagAdministration administration, FlagReach counting, FlagDirectory directory, NavigationManager navigation) : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    CancellationTokenSource _previewing = new();
    FlagForm _form = new();
    IReadOnlyList<FeatureFlag> _others = [];
    IReadOnlyDictionary<int, string> _groupTypes = new Dictionary<int, string>();
    FlagReachCount? _reach;
    int? _version;
    string? _problem;
    string? _failure;
    bool _counting;
    bool _saving;
    bool _isMissing;
    bool _isRead;

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public int? FlagId { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    bool MayWrite => Grant?.Allows(Resource.FeatureFlag, Level.Write) == true;

    IReadOnlyList<string> Types => _form.GroupTypeIndex is null ? [FilterTypes.Person, FilterTypes.Cohort] : [FilterTypes.Group, FilterTypes.Person, FilterTypes.Cohort];

    string Whom => _form.GroupTypeIndex is { } type ? $"those of type {_groupTypes.GetValueOrDefault(type, "group")}" : "them";

    string SumWords => _form.ShareOfVariants switch
    {
        > 100.0001 and var sum => string.Create(CultureInfo.InvariantCulture, $"{sum:0.##} % together: {sum - 100:0.##} too much"),
        < 99.9999 and var sum => string.Create(CultureInfo.InvariantCulture, $"{sum:0.##} % together; the others get the flag without a variant"),
        _ => "100 % together",
    };

    protected override async Task OnParametersSetAsync()
    {
        if (!RendererInfo.IsInteractive || _isRead)
        {
            return;
        }
        _groupTypes = (await directory.OfProjectAsync(ProjectId, _closing.Token)).GroupTypes;
        _others = [.. (await flags.ListAsync(ProjectId, new FlagFilter(), _closing.Token)).Where(flag => flag.Id != FlagId)];
        if (FlagId is { } id)
        {
            if (await flags.FindAsync(ProjectId, id, _closing.Token) is not { } found)
            {
                _isMissing = true;
                return;
            }
            (_form, _version) = (FlagForm.Of(found.Settings), found.Version);
            _problem = found.Problem is { } broken ? $"The definition of this flag cannot be read ({broken}). Saving here would replace it." : null;
        }
        _isRead = true;
        await PreviewAsync();
    }

    string? MatchingOf(int index) => _reach is { IsOfGroups: false } reach && reach.Sets.FirstOrDefault(set => set.Index == index) is { } set
        ? $"the {set.Matching.ToString("n0", CultureInfo.InvariantCulture)} people who fit{(set.IsOfAll ? "" : $", among the newest {reach.Evaluated.ToString("n0", CultureInfo.InvariantCulture)}")}"
        : null;

    async Task PreviewAsync()
    {
        await _previewing.CancelAsync();
        _previewing.Dispose();
        _previewing = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        var token = _previewing.Token;
        if (_form.Kind == FlagKind.RemoteConfig)
        {
            return;
        }
        // A name that is missing yet is nothing against counting.
        var settings = _form.ToSettings() is { Key.Length: 0 } nameless ? nameless with { Key = "new-flag-without-a-key" } : _form.ToSettings();
        (_failure, _counting) = (null, true);
        StateHasChanged();
        try
        {
            var refusal = await administration.CheckAsync(ProjectId, FlagId ?? 0, settings, token);
            _reach = refusal is null ? await counting.CountAsync(ProjectId, FlagId ?? 0, settings, token) : null;
            (_failure, _counting) = (refusal?.Detail, false);
        }
        catch (OperationCanceledException)
        {
            // Something else is asked by now.
        }
        catch (Exception exception)
        {
            // The edge of the panel.
            (_failure, _reach, _counting) = (exception is HttpRequestException or ClickHouseUnavailableException
                ? "They could not be counted: the analytical store does not answer at this moment. The flag can be saved all the same."
                : $"They could not be counted: {exception.Message}", null, false);
        }
    }

    Task SetKindAsync(FlagKind kind)
    {
        _form.Kind = kind;
        return PreviewAsync();
    }

    Task SetGroupTypeAsync(string? index)
    {
        _form.GroupTypeIndex = int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var type) ? type : null;
        return PreviewAsync();
    }

    Task SetShareAsync(VariantForm variant, string? text)
    {
        if (double.TryParse(text?.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share))
        {
            variant.Share = Math.Clamp(share, 0, 100);
        }
        return PreviewAsync();
    }

    Task ShareEvenlyAsync()
    {
        _form.ShareEvenly();
        return PreviewAsync();
    }

    Task AddVariantAsync()
    {
        _form.Variants.Add(new VariantForm($"variant-{_form.Variants.Count + 1}", 0));
        return PreviewAsync();
    }

    Task RemoveAsync(VariantForm variant)
    {
        _form.Variants.Remove(variant);
        return PreviewAsync();
    }

    Task AddSetAsync()
    {
        _form.Sets.Add(new SetForm());
        return PreviewAsync();
    }

    Task RemoveAsync(SetForm set)
    {
        _form.Sets.Remove(set);
        return PreviewAsync();
    }

    Task MoveUpAsync(int index)
    {
        (_form.Sets[index - 1], _form.Sets[index]) = (_form.Sets[index], _form.Sets[index - 1]);
        return PreviewAsync();
    }

    async Task SaveAsync()
    {
        if (Grant is not { } grant)
        {
            return;
        }
        _saving = true;
        var outcome = FlagId is { } id
            ? await administration.UpdateAsync(grant, id, _form.ToSettings(), _closing.Token, _version)
            : await administration.CreateAsync(grant, _form.ToSettings(), _closing.Token);
        _saving = false;
        _problem = outcome.Match<string?>(
            saved =>
            {
                navigation.NavigateTo(ProjectAddress.Of(ProjectId, $"feature_flags/{saved.Id}"));
                return null;
            },
            refusal => refusal.Attribute is { } path && path.StartsWith("filters", StringComparison.Ordinal) ? $"{refusal.Detail} ({path})" : refusal.Detail);
    }

    public void Dispose()
    {
        _closing.Cancel();
        _previewing.Dispose();
        _closing.Dispose();
    }
}
