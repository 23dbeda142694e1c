using Microsoft.AspNetCore.Components;
using Prickle.Ui.Surfaces;

namespace Prickle.Filters;

/// <summary>Property filters as chips, with a small editor to add one. All of them must fit.</summary>
public sealed partial class FilterBar
{
    readonly string _id = $"filter-{Guid.CreateVersion7():n}";
    Dropdown? _dropdown;
    IReadOnlyList<string> _keys = [];
    IReadOnlyList<string> _values = [];
    string _type = "";
    string _key = "";
    string _operator = FilterOperator.Exact.Name;
    string _value = "";

    /// <summary>The filters shown.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<PropertyFilter> Filters { get; set; } = [];

    /// <summary>A filter was added or removed.</summary>
    [Parameter] public EventCallback<IReadOnlyList<PropertyFilter>> FiltersChanged { get; set; }

    /// <summary>Whose properties can be asked for.</summary>
    [Parameter] public IReadOnlyList<string> Types { get; set; } = ["event"];

    /// <summary>Names known for a type.</summary>
    [Parameter] public Func<string, Task<IReadOnlyList<string>>>? SuggestKeys { get; set; }

    /// <summary>Frequent values of a type and a key.</summary>
    [Parameter] public Func<string, string, Task<IReadOnlyList<string>>>? SuggestValues { get; set; }

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (_type.Length == 0)
        {
            _type = Types[0];
        }
    }

    async Task SuggestKeysAsync() => _keys = SuggestKeys is null ? [] : await SuggestKeys(_type);

    async Task SuggestValuesAsync()
    {
        // Only a whole, known name is worth a question.
        _values = SuggestValues is not null && _keys.Contains(_key) ? await SuggestValues(_type, _key) : [];
    }

    async Task AddAsync()
    {
        if (_key.Trim() is not { Length: > 0 } key || FilterOperator.Find(_operator) is not { } chosen)
        {
            return;
        }
        string[] values = !chosen.TakesValue ? []
            : chosen.TakesSeveral ? _value.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [_value];
        var filter = new PropertyFilter(key, chosen.Name, values, _type);
        (_key, _value, _values) = ("", "", []);
        _dropdown?.Close();
        if (!Filters.Contains(filter))
        {
            await FiltersChanged.InvokeAsync([.. Filters, filter]);
        }
    }

    Task RemoveAsync(PropertyFilter filter) =>
        FiltersChanged.InvokeAsync([.. Filters.Where(other => !other.Equals(filter))]);
}
