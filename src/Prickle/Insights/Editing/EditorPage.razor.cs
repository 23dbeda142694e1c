using System.Globalization;
using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Definitions;
using Prickle.Filters;
using Prickle.Insights.Showing;
using Prickle.Shell;
using Prickle.Sql;
using Prickle.Ui.Charts;
using Prickle.Ui.Surfaces;

namespace Prickle.Insights.Editing;

/// <summary>
/// Asks a question and changes it. The question stands in the address; every change asks again after a short pause, and
/// leaving the page gives up what is under way.
/// </summary>
public sealed partial class EditorPage : IDisposable
{
    /// <summary>Changes that follow one another are asked once.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    readonly IInsightQueries _queries;
    readonly IActionDirectory _directory;
    readonly NavigationManager _navigation;
    readonly TimeProvider _time;
    readonly CancellationTokenSource _closing = new();
    readonly LiveAnswer _answer;
    // What was written into the address and has not come back yet: by then the question may have been changed again.
    readonly Queue<string?> _written = [];
    IReadOnlyDictionary<int, ActionDefinition> _actions = new Dictionary<int, ActionDefinition>();
    IReadOnlyList<ActionOption> _options = [];
    ProjectNames _names = ProjectNames.None;
    InsightQuery? _query;
    ChosenNumber? _chosen;
    AnswerView? _view;
    Dropdown? _export;
    ITimer? _pause;
    string? _problem;
    string? _read;
    bool _isWhyOpen;
    bool _isStarted;

    public EditorPage(IInsightQueries queries, IActionDirectory directory, NavigationManager navigation, TimeProvider time)
    {
        (_queries, _directory, _navigation, _time) = (queries, directory, navigation, time);
        _answer = new LiveAnswer(queries, time, () => _ = InvokeAsync(StateHasChanged));
    }

    [Inject] public required IEnumerable<IFilterChoices> Choices { get; set; }

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public string? ShortId { get; set; }

    /// <summary>The question as JSON; a kind's plain one without it.</summary>
    [SupplyParameterFromQuery(Name = "q")] public string? Question { get; set; }

    /// <summary>With which kind to begin, when no question is given.</summary>
    [SupplyParameterFromQuery(Name = "kind")] public string? Kind { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    [CascadingParameter] public TimeZoneInfo? ProjectZone { get; set; }

    TimeZoneInfo Zone => ProjectZone ?? TimeZoneInfo.Utc;

    QuestionWords Words => new(_actions, _names.GroupType);

    AskedFor For => new(_saved?.ShortId);

    string Title => _query is null ? "Insight" : _saved is { Name.Length: > 0 } named ? named.Name : Words.TitleOf(_query);

    string Context => _query is null ? "" : $"{(IsChanged ? "Changed, not saved · " : "")}{(_saved is { Description.Length: > 0 } told ? told.Description + " · " : "")}{QuestionWords.KindOf(_query)} · {PeriodWords.Of(_query.DateRange).ToLowerInvariant()} · {Zone.Id}";

    /// <summary>What the question still lacks.</summary>
    string? Missing => _query is null ? null : ChosenEvents.MissingIn(_query);

    // A number or a table needs no more room than it takes; nothing but a waiting chart would jump.
    int Height => _query is TrendsQuery { TrendsFilter.Display: TrendsDisplay.BigNumber or TrendsDisplay.Table } ? 140 : 360;

    bool HasDetails => _answer.Last is { Query: TrendsQuery { TrendsFilter.Display: not TrendsDisplay.Table } };

    static IEnumerable<string> Kinds => [.. QuestionKind.All.Select(kind => kind.Name), "SQL"];

    protected override async Task OnParametersSetAsync()
    {
        if (Grant is null || $"{ProjectId} {ShortId} {Question} {Kind}" is var read && read == _read)
        {
            return;
        }
        _read = read;
        _actions = await _directory.OfProjectAsync(ProjectId, _closing.Token);
        _options = [.. _actions.Values.OrderBy(action => action.Name, StringComparer.OrdinalIgnoreCase).Select(action => new ActionOption(action.Id, action.Name, action.Description))];
        _names = await ProjectNames.ReadAsync(Choices, ProjectId, _closing.Token);
        if (!await FindSavedAsync())
        {
            return;
        }
        if (IsWrittenHere())
        {
            return;
        }
        if (Question is { Length: > 0 } text)
        {
            if (_query is not null && QuestionAddress.Write(_query) == text)
            {
                return;
            }
            (_query, _problem) = (QuestionAddress.Read(text, out var why), why);
        }
        else if (_saved is { } saved)
        {
            // Saving leaves the question as it is, and its answer with it.
            if (_query is not null && !IsChanged)
            {
                return;
            }
            (_query, _problem) = (InsightJson.Read(saved.Query, out var why), why);
        }
        else
        {
            (_query, _problem) = (QuestionKind.All.FirstOrDefault(kind => kind.Name.Equals(Kind, StringComparison.OrdinalIgnoreCase))?.Begin() ?? QuestionKind.All[0].Begin(), null);
        }
        _answer.Forget();
        if (_isStarted)
        {
            await AskAsync(Refresh.BlockingIfStale);
        }
    }

    bool IsWrittenHere()
    {
        var isWritten = _query is not null && _written.Contains(Question);
        while (isWritten && _written.Dequeue() != Question)
        {
        }
        return isWritten;
    }

    protected override Task OnAfterRenderAsync(bool firstRender)
    {
        // A page that is only prerendered asks nothing: its answer would be thrown away.
        if (_isStarted || _query is null)
        {
            return Task.CompletedTask;
        }
        _isStarted = true;
        return Task.WhenAll(RememberAsync(), AskAsync(Refresh.BlockingIfStale));
    }

    void ChangeKind(string name)
    {
        if (name == "SQL")
        {
            _navigation.NavigateTo(ProjectAddress.Of(ProjectId, "sql?insight=new"));
        }
        else if (_query is { } query && QuestionWords.KindOf(query) != name)
        {
            Change(QuestionKind.Find(name).From(query));
        }
    }

    void Change(InsightQuery query)
    {
        _query = query;
        _chosen = null;
        _pause?.Dispose();
        _pause = _time.CreateTimer(_ => _ = InvokeAsync(ShowAsync), null, Pause, Timeout.InfiniteTimeSpan);
    }

    async Task ShowAsync()
    {
        if (_query is not { } query || _closing.IsCancellationRequested)
        {
            return;
        }
        var text = _saved is not null && !IsChanged ? null : QuestionAddress.Write(query);
        if (text != Question)
        {
            _written.Enqueue(text);
        }
        _navigation.NavigateTo(_navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["q"] = text, ["kind"] = null }), replace: true);
        await AskAsync(Refresh.BlockingIfStale);
    }

    async Task AskAsync(Refresh refresh)
    {
        if (_query is not { } query || Grant is not { Project: var project })
        {
            return;
        }
        if (Missing is not null)
        {
            _answer.Wait();
            return;
        }
        using var noted = For.Note();
        await _answer.AskAsync(project, query, refresh);
        if (!_closing.IsCancellationRequested)
        {
            await ReadNotesAsync();
            StateHasChanged();
        }
    }

    // A range drawn over the chart becomes the period.
    void Zoom(RangeSelection range)
    {
        if (_query is { } query)
        {
            Change(query with { DateRange = new(range.FromKey, EndOf(range.ToKey)) });
        }
    }

    // The end of a period is a day; a bucket may be longer.
    string EndOf(string day)
    {
        var interval = _answer.Last?.Answer.Result switch
        {
            TrendsResult trends => trends.Interval,
            LifecycleResult lifecycle => lifecycle.Interval,
            _ => (_query as FunnelsQuery)?.Interval ?? Interval.Day,
        };
        return interval <= Interval.Day || !DateTime.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start) ? day
            : (interval switch { Interval.Week => start.AddDays(7), Interval.Month => start.AddMonths(1), Interval.Quarter => start.AddMonths(3), _ => start.AddYears(1) })
                .AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    Task DownloadPngAsync()
    {
        _export?.Close();
        return _view?.DownloadPngAsync($"{Title}.png") ?? Task.CompletedTask;
    }

    public void Dispose()
    {
        _pause?.Dispose();
        _closing.Cancel();
        _answer.Dispose();
        _closing.Dispose();
    }
}
