using Microsoft.AspNetCore.Components;

namespace Prickle.Insights.Editing;

/// <summary>Several values in one field, with commas between.</summary>
static class Lists
{
    public static IReadOnlyList<string> Read(ChangeEventArgs change) =>
        change.Value?.ToString()?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
