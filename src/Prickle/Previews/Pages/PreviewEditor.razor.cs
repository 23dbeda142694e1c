using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Flags;
using Prickle.Groups;
using Prickle.Previews.Enrolling;
using Prickle.Shell;
using Prickle.Ui.Dialogs;

namespace Prickle.Previews.Pages;

/// <summary>Makes a preview or changes one, and shows meanwhile how visitors see it.</summary>
public sealed partial class PreviewEditor(
    PreviewQueries previews, PreviewBook book, PreviewPictures pictures, FlagQueries flags, GroupQueries groups, IDialogService dialogs,
    ISnackbar notices, NavigationManager navigation) : IDisposable
{
    // Without those that look like others: people read codes to each other.
    const string CodeCharacters = "abcdefghjkmnpqrstuvwxyz23456789";

    static readonly IReadOnlyList<string> Types = [FilterTypes.Person, FilterTypes.Cohort];

    // Refused with one of these, the word stands at the field.
    static readonly HashSet<string> Fields =
    [
        "name", "description", "documentation_url", "feature_flag_key", "stage", "audience", "codes", "seat_limit", "group_type_index", "requires",
        "conflicts_with", "review_at", "sunset_at", "payload",
    ];

    readonly CancellationTokenSource _closing = new();
    readonly Dictionary<string, string> _problems = [];
    PreviewForm _form = new();
    FeaturePreview? _saved;
    IReadOnlyList<FeatureFlag> _flags = [];
    IReadOnlyList<FeaturePreview> _others = [];
    IReadOnlyDictionary<int, string> _groupTypes = new Dictionary<int, string>();
    string? _problem;
    string? _filterProblem;
    string? _error;
    bool _isOvertaken;
    bool _isRead;
    bool _isMissing;
    bool _isAdvancedOpen;
    bool _saving;

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public Guid? Id { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    bool MayWrite => Grant?.Allows(Resource.EarlyAccessFeature, Level.Write) == true;

    TimeZoneInfo Zone => Grant?.Project.Zone ?? TimeZoneInfo.Utc;

    protected override Task OnParametersSetAsync() => RendererInfo.IsInteractive && !_isRead && !_isMissing ? ReadAsync() : Task.CompletedTask;

    async Task ReadAsync()
    {
        try
        {
            var all = await previews.ListAsync(ProjectId, new PreviewFilter { Order = "name" }, _closing.Token);
            _others = [.. all.Where(other => other.Id != Id)];
            _groupTypes = await groups.TypeNamesAsync(ProjectId, _closing.Token);
            if (Id is { } id)
            {
                _saved = all.FirstOrDefault(preview => preview.Id == id);
                _isMissing = _saved is null;
                _form = _saved is null ? new PreviewForm() : PreviewForm.Of(_saved, Zone);
            }
            else
            {
                var taken = all.Select(preview => preview.FlagId).ToHashSet();
                _flags = [.. (await flags.ListAsync(ProjectId, new FlagFilter(), _closing.Token))
                    .Where(flag => !taken.Contains(flag.Id) && flag.Problem is null && PreviewFlagUse.RefusalOf(flag.Settings, "flag") is null)];
            }
            _problems.Clear();
            (_isRead, _error, _problem, _isOvertaken, _isAdvancedOpen) = (!_isMissing, null, null, false, _form.HasAdvanced);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the page: it says so and offers to try again.
            _error = exception.Message;
        }
    }

    void SetFilters(FilterGroup filters)
    {
        _filterProblem = filters.Join == FilterJoin.Or || filters.Members.Any(member => member is FilterGroup) ? "Everything has to fit here; there is no “or”." : null;
        if (_filterProblem is null)
        {
            _form.Filters = filters;
        }
    }

    void SetGroupType(string? index) => _form.GroupTypeIndex = int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var type) ? type : null;

    void AddCode()
    {
        var code = $"{RandomNumberGenerator.GetString(CodeCharacters, 5)}-{RandomNumberGenerator.GetString(CodeCharacters, 5)}";
        _form.Codes = _form.Codes.Trim() is { Length: > 0 } codes ? $"{codes}\n{code}" : code;
    }

    async Task SaveAsync()
    {
        if (Grant is not { } grant)
        {
            return;
        }
        _saving = true;
        _problems.Clear();
        (_problem, _isOvertaken) = (null, false);
        try
        {
            switch (_form.ToSettings(Zone))
            {
                case Outcome<PreviewSettings>.Refused(var refusal):
                    Say(refusal);
                    break;
                case Outcome<PreviewSettings>.Done(var settings) when await IsAgreedAsync(settings.Stage):
                    await SaveAsync(grant, settings);
                    break;
            }
        }
        finally
        {
            _saving = false;
        }
    }

    async Task<bool> IsAgreedAsync(PreviewStage to)
    {
        if (_saved is not { } saved || saved.Stage == to)
        {
            return true;
        }
        var counts = (await previews.CountsAsync(ProjectId, _closing.Token)).GetValueOrDefault(saved.Id, PreviewCounts.None);
        return StageChange.Question(saved, to, counts) is not { } question || await dialogs.ConfirmAsync(question);
    }

    async Task SaveAsync(ProjectGrant grant, PreviewSettings settings)
    {
        var outcome = _saved is { } saved
            ? await book.UpdateAsync(grant, saved.Id, settings, _closing.Token, saved.Version)
            : await book.CreateAsync(grant, settings, _form.FlagKey, _closing.Token);
        switch (outcome)
        {
            case Outcome<FeaturePreview>.Refused(var refusal):
                Say(refusal);
                break;
            case Outcome<FeaturePreview>.Done(var preview):
                if (await SavePicturesAsync(grant, preview) is { } refused)
                {
                    notices.Add($"{preview.Name} is saved, but not all of its screenshots: {refused.Detail}", Severity.Error);
                }
                navigation.NavigateTo(ProjectAddress.Of(ProjectId, $"previews/{preview.Id}"));
                break;
        }
    }

    /// <summary>Takes away those that were removed and adds the new ones, in the order in which they are shown.</summary>
    async Task<Refusal?> SavePicturesAsync(ProjectGrant grant, FeaturePreview preview)
    {
        foreach (var gone in preview.Pictures.Where(picture => _form.Pictures.TrueForAll(shown => shown.Id != picture.Id)))
        {
            await pictures.RemoveAsync(grant, preview.Id, gone.Id, _closing.Token);
        }
        // What a screenshot says is kept with it: from the first that says something else on, they are kept anew.
        var first = _form.Pictures.FindIndex(picture => picture.Id is null || picture.Alt.Trim() != picture.SavedAlt);
        foreach (var picture in first < 0 ? [] : _form.Pictures.Skip(first))
        {
            var content = picture.Content ?? (await pictures.FindAsync(picture.Id!.Value, _closing.Token))?.Content;
            if (content is null)
            {
                continue;
            }
            if (picture.Id is { } old)
            {
                await pictures.RemoveAsync(grant, preview.Id, old, _closing.Token);
            }
            if (await pictures.AddAsync(grant, preview.Id, content, picture.Alt, _closing.Token) is Outcome<PreviewPicture>.Refused(var refusal))
            {
                return refusal;
            }
        }
        return null;
    }

    void Say(Refusal refusal)
    {
        var attribute = refusal.Attribute?.Split('.', '[')[0] ?? "";
        if (Fields.Contains(attribute))
        {
            _problems[attribute] = refusal.Detail;
            _problem = "This cannot be saved yet: see what is said below.";
            _isAdvancedOpen |= attribute is "requires" or "conflicts_with" or "payload";
        }
        else
        {
            (_problem, _isOvertaken) = (refusal.Detail, attribute == "version");
        }
    }

    string? Invalid(string attribute) => _problems.ContainsKey(attribute) ? "true" : null;

    RenderFragment Said(string attribute) => builder =>
    {
        if (_problems.TryGetValue(attribute, out var problem))
        {
            builder.OpenElement(0, "span");
            builder.AddAttribute(1, "class", "problem");
            builder.AddAttribute(2, "role", "alert");
            builder.AddContent(3, problem);
            builder.CloseElement();
        }
    };

    static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
