using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.Annotations;
using Prickle.Insights.Showing;
using Prickle.Ui.Charts;
using Prickle.Ui.Surfaces;

namespace Prickle.Insights.Editing;

/// <summary>Notes at their place of a time chart, and adding one.</summary>
public sealed partial class EditorPage
{
    IReadOnlyList<ChartAnnotation> _annotations = [];
    Dropdown? _noting;
    DateOnly? _noteDay;
    string _noteText = "";
    string? _noteProblem;

    /// <summary>The notes that are open, by their ids.</summary>
    [SupplyParameterFromQuery(Name = "notes")] public string? NotesInAddress { get; set; }

    [Inject] public required AnnotationBook Annotations { get; set; }

    bool MayNote => Grant?.Allows(Resource.Annotation, Level.Write) == true && ChartNotes.DaysOf(_answer.Last?.Answer.Result).Count > 0;

    IEnumerable<ChartAnnotation> OpenNotes => _annotations.Where(note => NotesInAddress?.Split(',').Contains(note.Key) == true);

    void ShowNotes(IReadOnlyList<ChartAnnotation> notes) => _navigation.NavigateTo(
        _navigation.GetUriWithQueryParameter("notes", notes.Count == 0 ? null : string.Join(',', notes.Select(note => note.Key))), replace: true);

    async Task ReadNotesAsync() => _annotations = Grant is { Project: var project } && _answer.Last is { Answer: var answer }
        ? await ChartNotes.ReadAsync(Annotations, project, answer, Zone, _closing.Token) : [];

    async Task AddNoteAsync()
    {
        if (Grant is not { } grant || _noteDay is not { } day)
        {
            return;
        }
        // At noon of the project's day, so that it stays on that day in every other zone nearby.
        var settings = new AnnotationSettings { Content = _noteText.Trim(), DateMarker = QueryPeriod.ToUtc(day.ToDateTime(new TimeOnly(12, 0)), Zone) };
        _noteProblem = (await Annotations.CreateAsync(grant, settings, _closing.Token)).Match<string?>(_ => null, refusal => refusal.Detail);
        if (_noteProblem is null)
        {
            (_noteText, _noteDay) = ("", null);
            _noting?.Close();
            await ReadNotesAsync();
        }
    }
}
