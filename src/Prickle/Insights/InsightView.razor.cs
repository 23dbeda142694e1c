using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Annotations;
using Prickle.Filters;
using Prickle.Insights.Editing;
using Prickle.Insights.Showing;
using Prickle.Sql;
using Prickle.Ui.Charts;

namespace Prickle.Insights;

/// <summary>
/// The door to answers for other pages: one question, asked when it is shown and whenever it changes. Persons behind a
/// number, "why this number", notes, tables and files are as on the insight's own page. Leaving gives the question up.
/// </summary>
public sealed partial class InsightView : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    readonly IActionDirectory _directory;
    readonly AnnotationBook _book;
    readonly IEnumerable<IFilterChoices> _choices;
    readonly LiveAnswer _answer;
    CancellationTokenSource? _turn;
    IReadOnlyDictionary<int, ActionDefinition> _actions = new Dictionary<int, ActionDefinition>();
    IReadOnlyList<ChartAnnotation> _annotations = [];
    IReadOnlyList<ChartAnnotation>? _notes;
    ProjectNames _names = ProjectNames.None;
    AnswerTable _table = new([], []);
    AnswerView? _view;
    ChosenNumber? _chosen;
    string? _asked;
    bool _isStarted;
    bool _isWaiting;
    bool _isWhyOpen;

    public InsightView(IInsightQueries queries, IActionDirectory directory, AnnotationBook book, IEnumerable<IFilterChoices> choices, TimeProvider time)
    {
        (_directory, _book, _choices) = (directory, book, choices);
        _answer = new LiveAnswer(queries, time, () => _ = InvokeAsync(TellAsync));
    }

    /// <summary>The question as it is asked.</summary>
    [Parameter, EditorRequired] public required InsightQuery Query { get; set; }

    /// <summary>What the chart is called for those who hear it, and in files.</summary>
    [Parameter, EditorRequired] public required string Title { get; set; }

    /// <summary>In pixels.</summary>
    [Parameter] public int Height { get; set; } = 320;

    /// <summary>The numbers in place of the drawing.</summary>
    [Parameter] public bool AsTable { get; set; }

    /// <summary>Numbers do not lead to the people behind them.</summary>
    [Parameter] public bool IsReadOnly { get; set; }

    /// <summary>Waits until the question may be asked: pages with many ask a few at a time. Disposing what it gives ends the turn.</summary>
    [Parameter] public Func<CancellationToken, Task<IDisposable>>? Turn { get; set; }

    /// <summary>Something about the answer changed that a frame around it may say.</summary>
    [Parameter] public EventCallback OnChanged { get; set; }

    /// <summary>
    /// The project, for those who have a link and nothing else: they see the answers of links, of notes those that are kept
    /// to the dashboard of the link, and not the people behind a number.
    /// </summary>
    [Parameter] public Project? PublicProject { get; set; }

    /// <summary>The dashboard on which it stands, whose notes it shows too.</summary>
    [Parameter] public int? DashboardId { get; set; }

    /// <summary>For what the question is asked; nothing for one that is not kept.</summary>
    [Parameter] public AskedFor For { get; set; } = new();

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    [CascadingParameter] public TimeZoneInfo? ProjectZone { get; set; }

    /// <summary>When the answer shown was computed; null while there is none.</summary>
    public DateTimeOffset? ComputedAt => _answer.Last?.Answer.ComputedAt;

    /// <summary>Whether there is a picture to save.</summary>
    public bool HasPicture => !AsTable && _view?.HasPicture == true;

    /// <summary>Whether an answer is shown.</summary>
    public bool HasAnswer => _answer.Last is not null;

    TimeZoneInfo Zone => ProjectZone ?? TimeZoneInfo.Utc;

    QuestionWords Words => new(_actions, _names.GroupType);

    ChartState State => !_isWaiting ? _answer.State : _answer.Last is null ? ChartState.Loading : ChartState.Renewing;

    /// <summary>Asks the question; returns when it was answered, refused or given up.</summary>
    public async Task AskAsync(Refresh refresh)
    {
        if ((Grant?.Project ?? PublicProject) is not { } project || _closing.IsCancellationRequested)
        {
            return;
        }
        _turn?.Cancel();
        _answer.Cancel();
        var turn = _turn = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        (_asked, _isWaiting) = (InsightJson.Write(Query), true);
        StateHasChanged();
        IDisposable? held = null;
        try
        {
            held = Turn is null ? null : await Turn(turn.Token);
            _isWaiting = false;
            using var noted = For.Note();
            await _answer.AskAsync(project, Query, Grant is null ? Refresh.Shared : refresh);
            turn.Token.ThrowIfCancellationRequested();
            await ReadBesidesAsync(project);
        }
        catch (OperationCanceledException) when (turn.IsCancellationRequested)
        {
            // A newer question is on its way, or the page is gone.
        }
        finally
        {
            held?.Dispose();
            if (turn == _turn)
            {
                (_turn, _isWaiting) = (null, false);
            }
            turn.Dispose();
        }
        await TellAsync();
    }

    /// <summary>Shows the notes as they are now, over the answer that stands.</summary>
    public async Task ReadNotesAsync()
    {
        if ((Grant?.Project ?? PublicProject) is { } project && _answer.Last is { Answer: var answer } && !_closing.IsCancellationRequested)
        {
            await ReadNotesAsync(project, answer);
            StateHasChanged();
        }
    }

    /// <summary>Opens the panel that says how the number came about.</summary>
    public void OpenWhy()
    {
        _isWhyOpen = true;
        StateHasChanged();
    }

    /// <summary>The answer as a table of commas.</summary>
    public string ToCsv() => _table.ToCsv();

    /// <summary>Saves the chart as a picture.</summary>
    public Task DownloadPngAsync(string fileName) => _view?.DownloadPngAsync(fileName) ?? Task.CompletedTask;

    public void Dispose()
    {
        _closing.Cancel();
        _answer.Dispose();
        _closing.Dispose();
    }

    protected override Task OnParametersSetAsync() =>
        _isStarted && _asked != InsightJson.Write(Query) ? AskAsync(Refresh.BlockingIfStale) : Task.CompletedTask;

    protected override Task OnAfterRenderAsync(bool firstRender)
    {
        // A page that is only prerendered asks nothing: its answer would be thrown away.
        if (_isStarted || (Grant is null && PublicProject is null))
        {
            return Task.CompletedTask;
        }
        _isStarted = true;
        return AskAsync(Refresh.BlockingIfStale);
    }

    void GiveUp()
    {
        if (_isWaiting)
        {
            _turn?.Cancel();
        }
        _answer.GiveUp();
    }

    async Task ReadBesidesAsync(Project project)
    {
        if (_answer.Last is not { Answer: var answer })
        {
            return;
        }
        _table = AnswerTable.Of(answer.Result);
        await ReadNotesAsync(project, answer);
        if (Grant is null)
        {
            return;
        }
        _actions = await _directory.OfProjectAsync(project.Id, _closing.Token);
        _names = await ProjectNames.ReadAsync(_choices, project.Id, _closing.Token);
    }

    async Task ReadNotesAsync(Project project, InsightAnswer answer)
    {
        if (Grant is not null || DashboardId is not null)
        {
            _annotations = await ChartNotes.ReadAsync(_book, project, answer, Zone, _closing.Token, DashboardId, isShared: Grant is null);
        }
    }

    async Task TellAsync()
    {
        if (!_closing.IsCancellationRequested)
        {
            StateHasChanged();
            await OnChanged.InvokeAsync();
        }
    }
}
