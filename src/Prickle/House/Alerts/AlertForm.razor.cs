using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Destinations;
using Prickle.House.Sampling;
using Prickle.Ui.Dialogs;

namespace Prickle.House.Alerts;

/// <summary>What an alert says: its line, how long it takes, and who is told.</summary>
public sealed partial class AlertForm : IDisposable
{
    // Ways to tell people; what changes data is for automations.
    static readonly string[] Telling = ["slack", "slack_webhook", "email", "github", "webhook"];

    readonly CancellationTokenSource _closing = new();
    readonly Dictionary<string, string> _problems = [];
    IReadOnlyDictionary<string, string> _fields = new Dictionary<string, string>();
    string _metric = SampledMetric.Reachable;
    string _side = "below";
    double _line = 1;
    double _recovery = 1;
    int _samples = 2;
    int _silent = 5;
    string _kind = "";
    int _project;
    Guid? _destination;
    bool _enabled = true;
    bool _isBusy;
    string? _problem;
    Guid? _shown;

    [Parameter, EditorRequired] public required OrganizationGrant Organization { get; set; }
    [Parameter, EditorRequired] public required Guid Server { get; set; }
    [Parameter, EditorRequired] public IReadOnlyList<ProjectGrant> Projects { get; set; } = [];

    /// <summary>It was saved, deleted or left.</summary>
    [Parameter] public EventCallback OnDone { get; set; }

    /// <summary>Null for a new one.</summary>
    [Parameter] public AlertRule? Rule { get; set; }

    AlertBook Book => Services.GetRequiredService<AlertBook>();

    IEnumerable<DestinationKind> Tellers => Kinds.All.Where(kind => Telling.Contains(kind.Key));

    string UnitName => SampledMetric.Find(_metric)?.Unit is { } unit ? unit.Style switch { Ui.Values.UnitStyle.Bytes => "bytes", Ui.Values.UnitStyle.Seconds => "seconds", _ => unit.Name } : "";

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override void OnParametersSet()
    {
        if (_project == 0 && Projects.Count > 0)
        {
            _project = Projects[0].ProjectId;
        }
        if (Rule is not { } rule || _shown == rule.Id)
        {
            return;
        }
        _shown = rule.Id;
        (_metric, _side, _line, _recovery) = (rule.Terms.Metric, rule.Terms.IsAbove ? "above" : "below", rule.Terms.Line, rule.Terms.Recovery);
        (_samples, _silent, _enabled) = (rule.Terms.Samples, rule.Terms.SilentAfter, rule.Enabled);
        if (rule.Way is { } way)
        {
            (_kind, _project, _destination, _fields) = (way.Kind, way.ProjectId, way.DestinationId, way.Fields);
        }
    }

    void ChooseKind(string? kind)
    {
        (_kind, _destination) = (kind ?? "", null);
        _fields = Kinds.Find(_kind) is { } found ? AlertWords.Message(found) : new Dictionary<string, string>();
    }

    Task SaveAsync() => RunAsync(() =>
    {
        var terms = new AlertTerms(_metric, _side == "above", _line, _recovery, _samples, _silent);
        // Without a destination the check says so, at its field.
        var way = _kind.Length == 0 ? null : new AlertWay(_project, _kind, _destination ?? Guid.Empty, _fields);
        return Rule is { } rule
            ? Book.UpdateAsync(Organization, Server, rule.Id, terms, way, _enabled, _closing.Token)
            : Book.CreateAsync(Organization, Server, terms, way, _closing.Token);
    });

    async Task DeleteAsync()
    {
        if (Rule is { } rule && await Dialogs.ConfirmAsync(new Confirmation("Delete this alert", "Nobody is told any more. Its history stays.", "Delete")))
        {
            await RunAsync(() => Book.DeleteAsync(Organization, Server, rule.Id, _closing.Token));
        }
    }

    async Task RunAsync(Func<Task<Outcome<AlertRule>>> work)
    {
        (_isBusy, _problem) = (true, null);
        _problems.Clear();
        try
        {
            switch (await work())
            {
                case Outcome<AlertRule>.Refused(var refusal) when refusal.Attribute is { } attribute:
                    _problems[attribute.StartsWith("fields.", StringComparison.Ordinal) ? attribute["fields.".Length..] : attribute] = refusal.Detail;
                    break;
                case Outcome<AlertRule>.Refused(var refusal):
                    _problem = refusal.Detail;
                    break;
                default:
                    await OnDone.InvokeAsync();
                    break;
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    string? Invalid(string field) => _problems.ContainsKey(field) ? "true" : null;

    RenderFragment Said(string field) => builder =>
    {
        if (_problems.TryGetValue(field, out var problem))
        {
            builder.OpenElement(0, "span");
            builder.AddAttribute(1, "class", "problem");
            builder.AddAttribute(2, "role", "alert");
            builder.AddContent(3, problem);
            builder.CloseElement();
        }
    };
}
