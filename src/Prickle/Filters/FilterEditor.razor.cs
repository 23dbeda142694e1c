using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Prickle.Definitions;

namespace Prickle.Filters;

/// <summary>Builds one condition: first the property, then what is asked of it. What makes no sense is said, not applied.</summary>
public sealed partial class FilterEditor(IFilterOffers offers) : IDisposable
{
    readonly string _id = $"filter-{Guid.CreateVersion7():n}";
    readonly CancellationTokenSource _closing = new();
    Task<IReadOnlyList<FilterOffer>>? _loading;
    IReadOnlyList<FilterOffer>? _offers;
    IReadOnlyList<string> _suggested = [];
    FilterOffer? _chosen;
    List<string> _values = [];
    string _operator = FilterOperator.Exact.Name;
    string _typed = "";
    string _low = "";
    string _high = "";
    string _expression = "";
    string? _problem;
    bool _isSql;
    bool _addsTyped;

    [Parameter, EditorRequired] public int ProjectId { get; set; }

    [Parameter, EditorRequired] public IReadOnlyList<string> Types { get; set; } = [];

    [Parameter] public IReadOnlyList<string> Events { get; set; } = [];

    /// <summary>The condition to change; null for a new one.</summary>
    [Parameter] public PropertyFilter? Value { get; set; }

    /// <summary>The condition is whole.</summary>
    [Parameter] public EventCallback<PropertyFilter> Done { get; set; }

    FilterOperator Operator => FilterOperator.Find(_operator) ?? FilterOperator.Exact;

    IEnumerable<FilterOperator> Operators => FilterOperator.All.Where(Suits).OrderBy(candidate => candidate.Suits != _chosen?.ValueType?.ToString());

    string? Placeholder => Operator.Suits switch { "DateTime" => "2026-01-31", "Version" => "1.2.3", _ => _operator.Contains("regex", StringComparison.Ordinal) ? "^/blog/" : null };

    RenderFragment Buttons => builder =>
    {
        if (_problem is not null)
        {
            builder.OpenElement(0, "div");
            builder.AddAttribute(1, "class", "problem-box");
            builder.AddAttribute(2, "role", "alert");
            builder.AddContent(3, _problem);
            builder.CloseElement();
        }
        builder.OpenElement(4, "button");
        builder.AddAttribute(5, "type", "submit");
        builder.AddAttribute(6, "class", "button filled");
        builder.AddContent(7, Value is null ? "Add filter" : "Apply");
        builder.CloseElement();
    };

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (Value is { } value)
        {
            Start(value);
        }
        _loading = offers.PropertiesAsync(ProjectId, Types, Events, _closing.Token);
        _offers = await _loading;
        if (Value is { Type: not FilterTypes.Sql } given && _offers.FirstOrDefault(offer => Fits(offer, given)) is { } known)
        {
            _chosen = known;
        }
        if (_chosen is not null)
        {
            await SuggestAsync();
        }
    }

    void Start(PropertyFilter value)
    {
        if (value.Type == FilterTypes.Sql)
        {
            (_isSql, _expression) = (true, value.Key);
            return;
        }
        _chosen = new FilterOffer(value.Type, value.GroupTypeIndex, "", value.Key, value.Key);
        _operator = value.Operator;
        _values = Operator.TakesSeveral ? [.. value.Values] : [];
        _typed = Operator is { TakesSeveral: false, TakesTwo: false } && value.Values is [var first, ..] ? first : "";
        (_low, _high) = Operator.TakesTwo && value.Values is [var low, var high] ? (low, high) : ("", "");
    }

    static bool Fits(FilterOffer offer, PropertyFilter filter) =>
        offer.Type == filter.Type && offer.Key == filter.Key && offer.GroupTypeIndex == filter.GroupTypeIndex
        && (offer.Type != FilterTypes.Cohort || filter.Values.Contains(offer.Value!));

    async Task ChooseAsync(FilterOffer offer)
    {
        _chosen = offer;
        _values = offer.Value is { } id ? [id] : [];
        _operator = offer.Type == FilterTypes.Cohort ? "in" : offer.ValueType switch
        {
            PropertyType.Numeric or PropertyType.Duration => "gte",
            PropertyType.DateTime => "is_date_after",
            _ => FilterOperator.Exact.Name,
        };
        await SuggestAsync();
    }

    void Back() => (_chosen, _problem, _typed, _suggested) = (null, null, "", []);

    void ClearProblem() => _problem = null;

    async Task SuggestAsync()
    {
        if (_chosen is { } chosen)
        {
            _suggested = await offers.ValuesAsync(ProjectId, chosen.Type, chosen.GroupTypeIndex, chosen.Key, _typed.Trim(), _closing.Token);
        }
    }

    void OnValueKey(KeyboardEventArgs key)
    {
        // Enter takes the typed value first; with nothing typed it applies the filter.
        _addsTyped = key.Key == "Enter" && _typed.Trim().Length > 0;
        if (_addsTyped)
        {
            AddTyped();
        }
    }

    void AddTyped()
    {
        if (_typed.Trim() is { Length: > 0 } value && !_values.Contains(value))
        {
            _values.Add(value);
        }
        _typed = "";
    }

    void Toggle(string value)
    {
        if (!_values.Remove(value))
        {
            _values.Add(value);
        }
    }

    bool Suits(FilterOperator candidate) => (_chosen!.Type, candidate.Suits) switch
    {
        (FilterTypes.Cohort, var suits) => suits == "Cohort",
        (_, "Cohort") => false,
        (FilterTypes.Element, _) when _chosen.Key == "selector" => candidate.Name is "exact" or "is_not",
        (FilterTypes.Element, var suits) => suits is null,
        (_, "Numeric") => _chosen.ValueType is PropertyType.Numeric or PropertyType.Duration or PropertyType.String or null,
        (_, "DateTime") => _chosen.ValueType is PropertyType.DateTime or PropertyType.String or null,
        (_, "Version") => _chosen.ValueType is PropertyType.String or null && _chosen.Key.Contains("version", StringComparison.OrdinalIgnoreCase),
        (_, "Path") => _chosen.Key.Contains("url", StringComparison.OrdinalIgnoreCase) || _chosen.Key.Contains("path", StringComparison.OrdinalIgnoreCase),
        _ => true,
    } || candidate.Name == Value?.Operator;

    async Task ApplyAsync()
    {
        if (Operator.TakesSeveral)
        {
            AddTyped();
        }
        var filter = _isSql
            ? new PropertyFilter(_expression.Trim(), FilterOperator.Exact.Name, [], FilterTypes.Sql)
            : new PropertyFilter(_chosen!.Key, _operator, Given(), _chosen.Type) { GroupTypeIndex = _chosen.GroupTypeIndex };
        _problem = FilterCheck.Refuse(filter)?.Detail;
        if (_problem is null)
        {
            await Done.InvokeAsync(filter);
        }
    }

    IReadOnlyList<string> Given() =>
        !Operator.TakesValue ? []
        : Operator.TakesTwo ? [_low.Trim(), _high.Trim()]
        : Operator.TakesSeveral ? [.. _values]
        : [_typed];

    static string Shorn(string value) => value.Length == 0 ? "(empty)" : value;

    /// <inheritdoc />
    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
