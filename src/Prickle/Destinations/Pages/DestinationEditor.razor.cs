using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Shell;
using Prickle.Ui.Dialogs;
using FieldType = Prickle.Destinations.FieldType;

namespace Prickle.Destinations.Pages;

/// <summary>Sets up a destination, or changes, tries and deletes one.</summary>
public sealed partial class DestinationEditor(
    DestinationKinds kinds, DestinationQueries destinations, DestinationBook book, DestinationTest test, IDialogService dialogs, ISnackbar notices,
    NavigationManager navigation) : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    readonly Dictionary<string, string> _problems = [];
    readonly Dictionary<string, string> _fields = [];
    readonly Dictionary<string, string> _test = [];
    IReadOnlyList<DestinationUse> _uses = [];
    DestinationKind? _kind;
    Destination? _saved;
    DeliveryReport? _report;
    string _name = "";
    string? _problem;
    string? _error;
    bool _isRead;
    bool _isMissing;
    bool _isSaving;
    bool _isTesting;
    (Guid? Id, string? Kind)? _readFor;

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public Guid? Id { get; set; }

    [SupplyParameterFromQuery(Name = "kind")] public string? KindName { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    DestinationKinds Kinds => kinds;

    bool MayWrite => Grant?.Allows(Resource.Destination, Level.Write) == true;

    string NameExample => _kind?.Key switch
    {
        "slack" or "slack_webhook" => "Team channel",
        "github" => "Shop repository",
        "email" => "Shop mail",
        _ => "Order service",
    };

    protected override Task OnParametersSetAsync() => RendererInfo.IsInteractive && _readFor != (Id, KindName) ? ReadAsync() : Task.CompletedTask;

    async Task ReadAsync()
    {
        _readFor = (Id, KindName);
        try
        {
            _problems.Clear();
            (_problem, _error, _report) = (null, null, null);
            if (Id is { } id)
            {
                _saved = await destinations.FindAsync(ProjectId, id, _closing.Token);
                _isMissing = _saved is null;
                _kind = _saved is null ? null : kinds.Find(_saved.Kind);
                _uses = _saved is null ? [] : await book.UsesAsync(ProjectId, id, _closing.Token);
            }
            else
            {
                _saved = null;
                _kind = KindName is null ? null : kinds.Find(KindName) is { Connection.Count: > 0 } found ? found : null;
            }
            Show();
            _isRead = true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the page: it says so and offers to try again.
            _error = exception.Message;
        }
    }

    void Show()
    {
        _name = _saved?.Name ?? "";
        _fields.Clear();
        foreach (var field in _kind?.Connection ?? [])
        {
            _fields[field.Name] = field.Type == FieldType.Secret ? "" : _saved?.Fields.GetValueOrDefault(field.Name) ?? field.Default;
        }
        if (_kind is not null && Grant is { } grant && _test.Count == 0)
        {
            foreach (var (name, value) in DestinationTest.FieldsOf(_kind, grant))
            {
                _test[name] = value;
            }
        }
    }

    // What only people know; what the message says is said already.
    static bool IsAsked(DestinationField field) => field.IsRequired && field.Type is not (FieldType.LongText or FieldType.Json) && field.Name is not ("title" or "subject" or "text");

    string PlaceholderOf(DestinationField field) =>
        field.Type == FieldType.Secret && _saved?.Secrets.Contains(field.Name) == true ? "kept; enter another to change it" : "";

    async Task SaveAsync()
    {
        if (Grant is not { } grant || _kind is null)
        {
            return;
        }
        _isSaving = true;
        _problems.Clear();
        _problem = null;
        try
        {
            var draft = new DestinationDraft(_kind.Key, _name, new Dictionary<string, string>(_fields)) { Enabled = _saved?.Enabled ?? true };
            var outcome = _saved is { } saved ? await book.UpdateAsync(grant, saved.Id, draft, _closing.Token, saved.Version) : await book.CreateAsync(grant, draft, _closing.Token);
            switch (outcome)
            {
                case Outcome<Destination>.Refused(var refusal):
                    Say(refusal);
                    break;
                case Outcome<Destination>.Done(var made) when _saved is null:
                    notices.Add($"{made.Name} is set up. Send a test to see whether it works.", Severity.Success);
                    navigation.NavigateTo(ProjectAddress.Of(ProjectId, $"destinations/{made.Id}"));
                    break;
                case Outcome<Destination>.Done(var made):
                    _saved = made;
                    Show();
                    notices.Add($"{made.Name} is saved.", Severity.Success);
                    break;
            }
        }
        finally
        {
            _isSaving = false;
        }
    }

    async Task EnableAsync(bool isEnabled)
    {
        if (Grant is not { } grant || _saved is not { } saved)
        {
            return;
        }
        switch (await book.EnableAsync(grant, saved.Id, isEnabled, _closing.Token))
        {
            case Outcome<Destination>.Refused(var refusal):
                Say(refusal);
                break;
            case Outcome<Destination>.Done(var changed):
                _saved = changed;
                break;
        }
    }

    async Task TestAsync()
    {
        if (Grant is not { } grant || _saved is not { } saved)
        {
            return;
        }
        (_isTesting, _report, _problem) = (true, null, null);
        try
        {
            switch (await test.SendAsync(grant, saved.Id, _test, _closing.Token))
            {
                case Outcome<DeliveryReport>.Refused(var refusal):
                    _problem = refusal.Detail;
                    break;
                case Outcome<DeliveryReport>.Done(var report):
                    _report = report;
                    // It may have been switched off for good, and says in any case what became of it.
                    _saved = await destinations.FindAsync(ProjectId, saved.Id, _closing.Token) ?? saved;
                    break;
            }
        }
        finally
        {
            _isTesting = false;
        }
    }

    async Task DeleteAsync()
    {
        if (Grant is not { } grant || _saved is not { } saved)
        {
            return;
        }
        var question = new Confirmation($"Delete {saved.Name}?", "Its address and its secrets are forgotten. Messages by other destinations go on.", "Delete");
        if (!await dialogs.ConfirmAsync(question))
        {
            return;
        }
        switch (await book.DeleteAsync(grant, saved.Id, _closing.Token))
        {
            case Outcome<Destination>.Refused(var refusal):
                _problem = refusal.Detail;
                break;
            case Outcome<Destination>.Done:
                notices.Add($"{saved.Name} is deleted.", Severity.Success);
                navigation.NavigateTo(ProjectAddress.Of(ProjectId, "destinations"));
                break;
        }
    }

    void Say(Refusal refusal)
    {
        if (refusal.Attribute is { } attribute && (attribute == "name" || _fields.ContainsKey(attribute)))
        {
            _problems[attribute] = refusal.Detail;
            _problem = "This cannot be saved yet: see what is said below.";
        }
        else
        {
            _problem = refusal.Detail;
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

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
