using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Events;

namespace Prickle.Persons.Pages;

/// <summary>Finds the other person and says what a merge will do, before it is done.</summary>
public sealed partial class MergeDialog(PersonQueries persons, EventQueries events) : IDisposable
{
    const int MostShown = 20;

    readonly CancellationTokenSource _closing = new();
    IReadOnlyList<PersonProfile> _found = [];
    PersonProfile? _source;
    long? _eventCount;
    string _text = "";

    [Parameter, EditorRequired] public required PersonProfile Target { get; set; }

    [Parameter, EditorRequired] public int ProjectId { get; set; }

    [CascadingParameter] public required IMudDialogInstance Dialog { get; set; }

    /// <summary>What both have with different values: the target's stay.</summary>
    string[] Conflicts =>
    [
        .. from property in _source!.Properties.EnumerateObject()
           where Target.Properties.TryGetProperty(property.Name, out var own) && own.GetRawText() != property.Value.GetRawText()
           select property.Name,
    ];

    int Gained => _source!.Properties.EnumerateObject().Count(property => !Target.Properties.TryGetProperty(property.Name, out _));

    protected override Task OnInitializedAsync() => SearchAsync();

    async Task SearchAsync()
    {
        var text = _text;
        var found = await persons.ListAsync(new PersonFilter(ProjectId) { Search = text.Trim() }, MostShown + 1, 0, _closing.Token);
        // An answer to what was typed before must not cover a newer one.
        if (text == _text)
        {
            (_found, _source) = ([.. found.Where(person => person.Id != Target.Id).Take(MostShown)], null);
        }
    }

    async Task ChooseAsync(PersonProfile person)
    {
        (_source, _eventCount) = (person, null);
        _eventCount = await events.CountAsync(new EventFilter { ProjectId = ProjectId, PersonId = person.Id }, _closing.Token);
    }

    static string Count(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:n0} {(count == 1 ? one : many ?? one + "s")}");

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
