using Microsoft.AspNetCore.Components;

namespace Prickle.Filters;

/// <summary>The one place where filters are built: chips joined by "and" or "or", groups of them, and an editor for each.</summary>
public sealed partial class FilterBar
{
    [Parameter, EditorRequired] public int ProjectId { get; set; }

    /// <summary>The filters shown.</summary>
    [Parameter, EditorRequired] public FilterGroup Filters { get; set; } = FilterGroup.Everything;

    /// <summary>A filter was added, changed or removed.</summary>
    [Parameter] public EventCallback<FilterGroup> FiltersChanged { get; set; }

    /// <summary>What can be asked for, of <see cref="FilterTypes"/>.</summary>
    [Parameter] public IReadOnlyList<string> Types { get; set; } = [FilterTypes.Event, FilterTypes.Person];

    /// <summary>The events in question: properties that come with them are offered first.</summary>
    [Parameter] public IReadOnlyList<string> Events { get; set; } = [];

    Task AddAsync(PropertyFilter added) => Filters.Members.Contains(added)
        ? Task.CompletedTask
        : FiltersChanged.InvokeAsync(Filters with { Members = [.. Filters.Members, added] });

    // A group for the other way of joining: that is what one is for.
    Task AddGroupAsync(PropertyFilter added) => FiltersChanged.InvokeAsync(
        Filters with { Members = [.. Filters.Members, new FilterGroup(Other(Filters.Join), [added])] });

    Task PutAsync(int at, Filter? changed) => FiltersChanged.InvokeAsync(
        changed is null or FilterGroup { IsEmpty: true } ? Without(Filters, at) : With(Filters, at, changed));

    static FilterGroup With(FilterGroup group, int at, Filter changed) =>
        group with { Members = [.. group.Members.Select((member, index) => index == at ? changed : member)] };

    static FilterGroup Without(FilterGroup group, int at) =>
        group with { Members = [.. group.Members.Where((_, index) => index != at)] };

    static FilterJoin Other(FilterJoin join) => join == FilterJoin.And ? FilterJoin.Or : FilterJoin.And;

    static string Word(FilterJoin join) => join == FilterJoin.And ? "and" : "or";
}
