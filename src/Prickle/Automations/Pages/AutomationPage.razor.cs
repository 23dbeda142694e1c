using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Automations.Templates;
using Prickle.Cohorts;
using Prickle.Destinations;
using Prickle.Flags;
using Prickle.Groups;
using Prickle.Insights;
using Prickle.Shell;
using Prickle.Ui.Dialogs;

namespace Prickle.Automations.Pages;

/// <summary>An automation: its flow, which is edited here, its runs, and what was published.</summary>
public sealed partial class AutomationPage(
    AutomationQueries automations, AutomationBook book, AutomationCheck check, AutomationNumbers numbers, IActionDirectory actions, CohortQueries cohorts, FlagQueries flags,
    GroupQueries groups, SavedInsights insights, DestinationKinds kinds, IDialogService dialogs, ISnackbar notices, NavigationManager navigation) : IDisposable
{
    const int DaysShown = 14;

    static readonly string[] Tabs = ["Flow", "Runs", "Versions"];

    readonly CancellationTokenSource _closing = new();
    readonly EditHistory _history = new();
    Automation? _saved;
    AutomationSettings? _settings;
    AutomationNames _names = new();
    IReadOnlyList<AutomationVersion> _versions = [];
    IReadOnlyList<AutomationProblem> _problems = [];
    IReadOnlyList<AutomationDay> _days = [];
    IReadOnlyDictionary<string, int> _here = new Dictionary<string, int>();
    AutomationMetrics? _metrics;
    IReadOnlyList<FlowWay>? _adding;
    SampleChoice _sample = SampleChoice.None;
    string? _error;
    string? _problem;
    bool _isOvertaken;
    bool _isMissing;
    bool _isBusy;
    int _edits;
    int _reads;

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public int Id { get; set; }

    [SupplyParameterFromQuery(Name = "tab")] public string? TabName { get; set; }

    /// <summary>The step whose form is open.</summary>
    [SupplyParameterFromQuery(Name = "step")] public string? StepName { get; set; }

    /// <summary>Another form that is open: trigger, rules, step (the library), test, start, details.</summary>
    [SupplyParameterFromQuery(Name = "begin")] public string? PanelName { get; set; }

    /// <summary>What it was made from, just now.</summary>
    [SupplyParameterFromQuery(Name = "template")] public string? TemplateName { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    bool MayWrite => Grant?.Allows(Resource.Automation, Level.Write) == true;

    TimeZoneInfo Zone => Grant?.Project.Zone ?? TimeZoneInfo.Utc;

    AutomationTemplate? Template => AutomationTemplates.Find(TemplateName);

    string Tab => Tabs.FirstOrDefault(name => string.Equals(name, TabName, StringComparison.OrdinalIgnoreCase)) ?? Tabs[0];

    bool IsChanged => _saved is { } saved && _settings is { } settings && saved.Settings != settings;

    string Standing => IsChanged ? "not saved yet" : _saved is { HasUnpublishedChanges: true } ? "saved; what runs is older" : "saved";

    IEnumerable<AutomationProblem> Errors => _problems.Where(problem => !problem.IsWarning);

    /// <summary>What stands against publishing; null when nothing does.</summary>
    string? WhyNotPublish => Errors.FirstOrDefault() is { } first ? $"{WhereIs(first)}: {first.Detail}"
        : _saved is { State: AutomationState.Active, HasUnpublishedChanges: false } && !IsChanged ? "What is saved runs already." : null;

    string ProblemWords => (Errors.Count(), _problems.Count - Errors.Count()) switch
    {
        (0, 1) => "1 warning; it can be published",
        (0, var warnings) => $"{warnings} warnings; it can be published",
        (1, _) => "1 thing is missing before it can be published",
        (var errors, _) => $"{errors} things are missing before it can be published",
    };

    string WebhookAddress => $"{navigation.BaseUri}hooks/{_saved?.WebhookToken}";

    protected override Task OnParametersSetAsync() => RendererInfo.IsInteractive && _saved?.Id != Id && !_isMissing ? ReadAsync() : Task.CompletedTask;

    async Task ReadAsync()
    {
        try
        {
            _saved = await automations.FindAsync(ProjectId, Id, _closing.Token);
            (_isMissing, _error, _problem, _isOvertaken) = (_saved is null, null, null, false);
            if (_saved is null)
            {
                return;
            }
            _settings = _saved.Settings;
            _history.Clear();
            _names = await AutomationNames.ReadAsync(ProjectId, actions, cohorts, flags, groups, insights, kinds, _closing.Token);
            await CheckAsync();
            await ReadNumbersAsync();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the page: it says so and offers to try again.
            (_saved, _error) = (null, exception.Message);
        }
    }

    async Task ReadNumbersAsync()
    {
        _versions = await automations.VersionsAsync(ProjectId, Id, _closing.Token);
        if (_versions.Count > 0)
        {
            _metrics = await automations.MetricsAsync(ProjectId, Id, null, _closing.Token);
            _here = await numbers.HereAsync(ProjectId, Id, null, _closing.Token);
            _days = await numbers.DaysAsync(ProjectId, Id, DaysShown, Zone, _closing.Token);
        }
        _reads++;
    }

    async Task CheckAsync()
    {
        var edits = _edits;
        var problems = await check.ProblemsOfAsync(ProjectId, _settings!.Definition, _closing.Token);
        // An answer about what is no longer there says nothing.
        if (edits == _edits)
        {
            _problems = problems;
        }
    }

    FlowBoard Board(AutomationDefinition definition) => new()
    {
        ProjectId = ProjectId,
        Definition = definition,
        Names = _names,
        Problems = _problems,
        Counts = _metrics?.Steps ?? [],
        Here = _here,
        Selected = StepName,
        MayWrite = MayWrite,
        Select = id =>
        {
            Go(id, null);
            return Task.CompletedTask;
        },
        Choose = ways =>
        {
            _adding = ways;
            Show("step");
            return Task.CompletedTask;
        },
        Do = DoAsync,
    };

    async Task AddAsync(Func<string, AutomationStep> make)
    {
        var definition = _settings!.Definition;
        var step = make(FlowEditing.FreshId(definition, StepLibrary.IdOf(make("step"))));
        // A link to the library alone knows no place: at the end of the first way then.
        await Change(FlowEditing.Insert(definition, _adding ?? FlowPlan.Of(definition).OfType<FlowGap>().Last().Ways, step), null);
        _adding = null;
        Go(step.Id, null);
    }

    async Task DoAsync(string id, FlowAct act)
    {
        var definition = _settings!.Definition;
        switch (act)
        {
            case FlowAct.MoveUp:
                await Change(FlowEditing.MoveUp(definition, id), null);
                break;
            case FlowAct.MoveDown:
                await Change(FlowEditing.MoveDown(definition, id), null);
                break;
            case FlowAct.Duplicate:
                await Change(FlowEditing.Duplicate(definition, id, out var copy), null);
                Go(copy, null);
                break;
            case FlowAct.Remove:
                var lost = FlowEditing.LostWith(definition, id);
                await Change(FlowEditing.Remove(definition, id), null);
                Close();
                if (lost > 0)
                {
                    notices.Add($"{(lost == 1 ? "1 step that only it led to is" : $"{lost} steps that only it led to are")} gone with it.", Severity.Normal, options =>
                    {
                        options.Action = "Undo";
                        options.OnClick = _ => InvokeAsync(Undo);
                    });
                }
                break;
            default:
                throw new UnreachableException();
        }
    }

    Task Change(AutomationDefinition definition, string? what) => Change(_settings! with { Definition = definition }, what);

    Task Change(AutomationSettings settings, string? what)
    {
        if (settings == _settings)
        {
            return Task.CompletedTask;
        }
        _history.Add(_settings!, what);
        return PutAsync(settings);
    }

    Task Undo() => PutAsync(_history.Undo(_settings!));

    Task Redo() => PutAsync(_history.Redo(_settings!));

    async Task PutAsync(AutomationSettings settings)
    {
        _settings = settings;
        _edits++;
        await CheckAsync();
        StateHasChanged();
    }

    Task UseAsDraftAsync(AutomationVersion version)
    {
        ChooseTab("Flow");
        notices.Add($"The draft is version {version.Number} now. Save or publish it, or undo.", Severity.Normal);
        return Change(version.Definition, null);
    }

    async Task<bool> SaveAsync()
    {
        if (!IsChanged)
        {
            return true;
        }
        _isBusy = true;
        try
        {
            return Keep(await book.UpdateAsync(Grant!, Id, _settings!, _closing.Token, _saved!.Edition));
        }
        finally
        {
            _isBusy = false;
        }
    }

    async Task PublishAsync()
    {
        if (await SaveAsync() && Keep(await book.PublishAsync(Grant!, Id, _closing.Token, _saved!.Edition)))
        {
            notices.Add($"{_saved!.Settings.Name} is on, with version {_saved.PublishedVersion}.", Severity.Success);
            await ReadNumbersAsync();
        }
    }

    async Task PauseAsync() => Tell(await book.PauseAsync(Grant!, Id, _closing.Token), "is paused; runs that wait go on");

    async Task ResumeAsync() => Tell(await book.ResumeAsync(Grant!, Id, _closing.Token), "is on");

    async Task RenewWebhookAsync() => Tell(await book.RenewWebhookAsync(Grant!, Id, _closing.Token), "has another address; the old one is over");

    async Task ArchiveAsync()
    {
        if (await ArchiveDialog.AskAsync(dialogs, _saved!.Settings.Name, _here.Values.Sum()) is { } waiting)
        {
            Tell(await book.ArchiveAsync(Grant!, Id, waiting, _closing.Token), "is archived");
            await ReadNumbersAsync();
        }
    }

    async Task DuplicateAsync() => (await book.DuplicateAsync(Grant!, Id, _closing.Token)).Match<object?>(
        copy =>
        {
            navigation.NavigateTo(ProjectAddress.Of(ProjectId, $"automations/{copy.Id}"));
            return null;
        },
        refusal => notices.Add(refusal.Detail, Severity.Error));

    async Task DeleteAsync()
    {
        if (await AutomationDeletion.IsWantedAsync(dialogs, _saved!.Settings.Name, _here.Values.Sum()))
        {
            var outcome = await book.DeleteAsync(Grant!, Id, _closing.Token);
            AutomationDeletion.Tell(notices, outcome, () => book.RestoreAsync(Grant!, Id, CancellationToken.None));
            if (outcome is Outcome<Automation>.Done)
            {
                _settings = _saved.Settings;
                navigation.NavigateTo(ProjectAddress.Of(ProjectId, "automations"));
            }
        }
    }

    void Tell(Outcome<Automation> outcome, string done)
    {
        if (Keep(outcome))
        {
            notices.Add($"{_saved!.Settings.Name} {done}.", Severity.Success);
        }
    }

    /// <summary>Takes what was saved over; what was changed meanwhile stays changed.</summary>
    bool Keep(Outcome<Automation> outcome)
    {
        switch (outcome)
        {
            case Outcome<Automation>.Done(var saved):
                // What was changed since the save began stays changed; pausing and the like save nothing of what is being worked on.
                var isUntouched = !IsChanged || _settings! with { Name = _settings.Name.Trim() } == saved.Settings;
                (_settings, _saved, _problem, _isOvertaken) = (isUntouched ? saved.Settings : _settings, saved, null, false);
                return true;
            case Outcome<Automation>.Refused(var refusal):
                (_problem, _isOvertaken) = (refusal.Detail, refusal.Attribute == "edition");
                return false;
            default:
                throw new UnreachableException();
        }
    }

    async Task AskBeforeLeavingAsync(LocationChangingContext context)
    {
        var here = new Uri(navigation.Uri).AbsolutePath;
        if (IsChanged && navigation.ToAbsoluteUri(context.TargetLocation).AbsolutePath != here
            && !await dialogs.ConfirmAsync(new Confirmation("Leave without saving", "What you changed here is not saved, and is gone when you leave.", "Leave")))
        {
            context.PreventNavigation();
        }
    }

    void ChooseTab(string name) => navigation.NavigateTo(navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["tab"] = name == Tabs[0] ? null : name.ToLowerInvariant(),
        ["step"] = null,
        ["begin"] = null,
        ["state"] = null,
        ["at"] = null,
        ["version"] = null,
        ["q"] = null,
        ["page"] = null,
        ["sort"] = null,
    }));

    void Show(string panel) => Go(null, panel);

    void Close() => Go(null, null);

    // In place: going back leaves the automation, not the form.
    void Go(string? step, string? panel) => navigation.NavigateTo(
        navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["tab"] = null, ["step"] = step, ["begin"] = panel }), replace: true);

    void LeadTo(AutomationProblem problem)
    {
        if (problem.Step is { } step && _settings!.Definition.Find(step) is not null)
        {
            Go(step, null);
        }
        else
        {
            Show(problem.Field.StartsWith("entry", StringComparison.Ordinal) || problem.Field.StartsWith("exit", StringComparison.Ordinal) || problem.Field.StartsWith("goal", StringComparison.Ordinal)
                ? "rules" : "trigger");
        }
    }

    string WhereIs(AutomationProblem problem) => problem.Step is { } step
        ? (_settings!.Definition.Find(step) is { } found ? FlowWords.TitleOf(found, _names) : step)
        : problem.Field.Split('.')[0] switch { "trigger" => "What begins it", "entry" => "Who comes in", "exit" => "What ends it early", "goal" => "Goal", _ => "Flow" };

    static string PanelTitle(string panel) => panel switch
    {
        "trigger" => "What begins it",
        "rules" => "Who comes in, and what ends it",
        "test" => "Try it",
        "start" => "Start a run",
        "step" => "Add a step",
        _ => "Name and description",
    };

    static string RuleWords(AutomationDefinition definition)
    {
        var words = new List<string>();
        if (definition.Entry.OncePerPerson)
        {
            words.Add("each person once");
        }
        if (definition.Entry.Mask is { } mask)
        {
            words.Add($"{(mask.Every == 1 ? "the first" : $"every {mask.Every}th")} within {mask.Within.Words}{(mask.PerPerson ? " per person" : "")}");
        }
        if (definition.Goal is { Event.Length: > 0 } goal)
        {
            words.Add($"goal {goal.Event}{(definition.Exit.OnConversion ? ", ends then" : "")}");
        }
        if (definition.Exit.When is not null)
        {
            words.Add("may end early");
        }
        return words.Count == 0 ? "Every time · no goal" : string.Join(" · ", words) is var line ? char.ToUpperInvariant(line[0]) + line[1..] : "";
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
