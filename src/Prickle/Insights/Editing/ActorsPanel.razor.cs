using System.Globalization;
using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.Cohorts;
using Prickle.Insights.Showing;
using Prickle.Shell;
using Prickle.Sql;
using Prickle.Ui.Values;

namespace Prickle.Insights.Editing;

public sealed partial class ActorsPanel(IInsightQueries queries, CohortAdministration cohorts) : IDisposable
{
    const int PageSize = 100;

    /// <summary>More lines than a spreadsheet opens well; as many as a cohort takes at once.</summary>
    const int MostSaved = CohortAdministration.MostAtOnce;

    readonly CancellationTokenSource _closing = new();
    ChosenNumber? _shown;
    ActorsPage? _page;
    string? _refusal;
    CohortProfile? _cohort;
    string _cohortName = "";
    string? _cohortProblem;
    bool _isSaving;
    string _search = "";
    int _offset;

    [Parameter, EditorRequired] public required Project Project { get; set; }

    /// <summary>The question whose answer the number is from.</summary>
    [Parameter, EditorRequired] public required InsightQuery Query { get; set; }

    [Parameter, EditorRequired] public required ChosenNumber Chosen { get; set; }

    /// <summary>For what the question is asked.</summary>
    [Parameter, EditorRequired] public required AskedFor For { get; set; }

    [Parameter, EditorRequired] public EventCallback OnClose { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    bool IsGroups => Query.AggregationGroupTypeIndex is not null;

    bool MayKeep => !IsGroups && Grant?.Allows(Resource.Cohort, Level.Write) == true;

    /// <summary>Said before anything is saved: nothing ends in silence.</summary>
    string? CutNote => _page is { Count: > MostSaved } && _search.Length == 0
        ? $"CSV and cohort take the first {ValueUnit.Count().Full(MostSaved)}, those with the most events: more are neither opened by spreadsheets nor taken into a cohort at once. Narrow the question for the others, or page through all of them with an ActorsQuery of the API." : null;

    string Count => _page is not { Count: var count } ? "Looking them up"
        : $"{ValueUnit.Count().Full(count)} {(IsGroups ? count == 1 ? "group" : "groups" : count == 1 ? "person" : "persons")}{(_search.Length > 0 ? " found" : "")}";

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override Task OnParametersSetAsync()
    {
        if (_shown == Chosen)
        {
            return Task.CompletedTask;
        }
        (_shown, _search, _offset, _page) = (Chosen, "", 0, null);
        (_cohort, _cohortName, _cohortProblem) = (null, "", null);
        return LoadAsync();
    }

    string AddressOf(InsightActor actor) => Query.AggregationGroupTypeIndex is { } type
        ? ProjectAddress.Of(Project.Id, string.Create(CultureInfo.InvariantCulture, $"groups/{type}/{Uri.EscapeDataString(actor.Id)}"))
        : ProjectAddress.Of(Project.Id, $"persons/{actor.Id}");

    Task SearchAsync(ChangeEventArgs change)
    {
        (_search, _offset) = (change.Value?.ToString()?.Trim() ?? "", 0);
        return LoadAsync();
    }

    Task GoAsync(int offset)
    {
        _offset = Math.Max(0, offset);
        return LoadAsync();
    }

    async Task LoadAsync()
    {
        using var noted = For.Note();
        try
        {
            (_page, _refusal) = (await queries.ActorsAsync(Project, Query, Chosen.Selection, _search.Length > 0 ? _search : null, _offset, PageSize, _closing.Token))
                .Match<(ActorsPage?, string?)>(page => (page, null), refusal => (null, refusal.Detail));
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The panel is closed.
        }
        catch (Exception exception)
        {
            // The edge of a panel: the chart beside it goes on.
            (_page, _refusal) = (null, $"They could not be looked up: {exception.Message}");
        }
    }

    // A file that does not hold all of them says so in its last line.
    async Task<string> CsvAsync(CancellationToken cancellationToken)
    {
        var (actors, missing) = await AllAsync(cancellationToken);
        string[][] last = missing is null ? [] : [[missing, "", "", ""]];
        return new AnswerTable(
            ["id", "name", "events", "sessions"],
            [
                .. actors.Select(actor => (string[])[actor.Id, actor.Name, actor.EventCount.ToString(CultureInfo.InvariantCulture), string.Join(' ', actor.SessionIds)]),
                .. last,
            ]).ToCsv();
    }

    /// <summary>Keeps all of them, whatever the search shows.</summary>
    async Task SaveCohortAsync()
    {
        if (_cohortName.Trim() is not { Length: > 0 } name || Grant is not { } grant)
        {
            return;
        }
        _isSaving = true;
        try
        {
            var (actors, missing) = await AllAsync(_closing.Token);
            if (missing is not null && actors.Count < MostSaved)
            {
                _cohortProblem = missing;
                return;
            }
            var people = actors.Select(actor => Guid.Parse(actor.Id)).ToList();
            (_cohort, _cohortProblem) = (await cohorts.CreateStaticAsync(grant, name, people, _closing.Token)).Match<(CohortProfile?, string?)>(cohort => (cohort, null), refusal => (null, refusal.Detail));
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The panel is closed.
        }
        catch (Exception exception)
        {
            // The edge of a panel: the chart beside it goes on.
            _cohortProblem = $"The cohort could not be saved: {exception.Message}";
        }
        finally
        {
            _isSaving = false;
        }
    }

    // Them, and why not all of them; null when they are all.
    async Task<(List<InsightActor> Actors, string? Missing)> AllAsync(CancellationToken cancellationToken)
    {
        using var noted = For.Note();
        List<InsightActor> actors = [];
        while (actors.Count < MostSaved)
        {
            switch (await queries.ActorsAsync(Project, Query, Chosen.Selection, null, actors.Count, IInsightQueries.MostActors, cancellationToken))
            {
                case Outcome<ActorsPage>.Done { Value: var page }:
                    actors.AddRange(page.Actors);
                    if (page.Actors.Count == 0 || actors.Count >= page.Count)
                    {
                        return (actors, null);
                    }
                    break;
                case Outcome<ActorsPage>.Refused { Refusal: var refusal }:
                    return (actors, $"Not all of them: {refusal.Detail}");
            }
        }
        return (actors, $"Only the first {ValueUnit.Count().Full(MostSaved)} of {Count}.");
    }
}
